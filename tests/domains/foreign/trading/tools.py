"""BFCL's TradingBot as a desk for many accounts: each call loads one account into its class, and keeps what that makes of it.

The class knows no user and shows one account; `account_id` and `find_account` are ours, all else is done and said by the class.
"""

from __future__ import annotations

from typing import Any, Literal

from bfcl_eval.eval_checker.multi_turn_eval.func_source_code.trading_bot import TradingBot

_KEPT = ("account_info", "order_counter", "watch_list", "transaction_history", "market_status")


def find_account(state: dict[str, Any], card: str) -> str:
    """Find an account by the number of the card that is bound to it.

    Args:
        card: Sixteen digits.
    """
    for key, account in state["accounts"].items():
        if str(account["account_info"]["binding_card"]) == card:
            return str(key)
    raise ValueError("no account is bound to that card")


def get_account_info(state: dict[str, Any], account_id: str) -> dict[str, Any]:
    """Get an account: its balance and the card that is bound to it.

    Args:
        account_id: Such as 'A1001'.
    """
    found = _said(_bot(state, account_id).get_account_info())
    return {**found, "card": str(found["binding_card"])}


def get_order_history(state: dict[str, Any], account_id: str) -> list[str]:
    """Get the ids of all orders of an account.

    Args:
        account_id: Such as 'A1001'.
    """
    return [str(one) for one in _said(_bot(state, account_id).get_order_history())["history"]]


def get_order_details(state: dict[str, Any], order_id: str) -> dict[str, Any]:
    """Get the details of an order.

    Args:
        order_id: Five digits.
    """
    account_id = _holder(state, order_id)
    found = _said(_bot(state, account_id).get_order_details(int(order_id)))
    return {**found, "order_id": order_id, "account_id": account_id}


def get_stock_info(state: dict[str, Any], symbol: str) -> dict[str, Any]:
    """Get the details of a stock: its price, how it changed today, its volume.

    Args:
        symbol: Such as 'AAPL'.
    """
    return _said(_bot(state, next(iter(state["accounts"]))).get_stock_info(symbol))


def get_symbol_by_name(state: dict[str, Any], name: str) -> dict[str, Any]:
    """Get the symbol of a stock by the name of the company.

    Args:
        name: Such as 'Apple'.
    """
    found = _said(_bot(state, next(iter(state["accounts"]))).get_symbol_by_name(name))
    if found["symbol"] not in state["stocks"]:
        raise ValueError(f"no stock of {name} is traded here")
    return {**found, "name": name}


def place_order(
    state: dict[str, Any], account_id: str, order_type: Literal["Buy", "Sell"], symbol: str, price: float, amount: int
) -> dict[str, Any]:
    """Place an order.

    Args:
        account_id: Such as 'A1001'.
        order_type: 'Buy' or 'Sell'.
        symbol: Such as 'AAPL'.
        price: The price of one share.
        amount: Shares.
    """
    bot = _bot(state, account_id)
    found = _said(bot.place_order(order_type, symbol, price, amount))
    _keep(state, account_id, bot)
    return {**found, "order_id": str(found["order_id"])}


def cancel_order(state: dict[str, Any], order_id: str) -> dict[str, Any]:
    """Cancel an order.

    Args:
        order_id: Five digits.
    """
    account_id = _holder(state, order_id)
    bot = _bot(state, account_id)
    found = _said(bot.cancel_order(int(order_id)))
    _keep(state, account_id, bot)
    return {**found, "order_id": order_id}


def fund_account(state: dict[str, Any], account_id: str, amount: float) -> dict[str, Any]:
    """Pay money from the bound card into an account.

    Args:
        account_id: Such as 'A1001'.
        amount: Dollars.
    """
    bot = _bot(state, account_id)
    found = _said(bot.fund_account(amount))
    _keep(state, account_id, bot)
    return found


def withdraw_funds(state: dict[str, Any], account_id: str, amount: float) -> dict[str, Any]:
    """Pay money out of an account to the bound card.

    Args:
        account_id: Such as 'A1001'.
        amount: Dollars.
    """
    bot = _bot(state, account_id)
    found = _said(bot.withdraw_funds(amount))
    _keep(state, account_id, bot)
    return found


def _bot(state: dict[str, Any], account_id: str) -> TradingBot:
    if account_id not in state["accounts"]:
        raise ValueError(f"there is no account {account_id}")
    account, bot = state["accounts"][account_id], TradingBot()
    bot._load_scenario({**account, "stocks": state["stocks"], "authenticated": True})
    return bot


def _keep(state: dict[str, Any], account_id: str, bot: TradingBot) -> None:
    account = state["accounts"][account_id]
    account |= {name: getattr(bot, name) for name in _KEPT}
    account["orders"] = {str(key): order for key, order in bot.orders.items()}


def _holder(state: dict[str, Any], order_id: str) -> str:
    for key, account in state["accounts"].items():
        if order_id in account["orders"]:
            return str(key)
    raise ValueError(f"there is no order {order_id}")


def _said(answer: Any) -> Any:
    """What the class answers; its errors are in the answer."""
    first = answer[0] if isinstance(answer, list) and answer else answer
    if isinstance(first, dict) and "error" in first:
        raise ValueError(first["error"])
    return answer
