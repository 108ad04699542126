"""Accounts for BFCL's TradingBot, made up here, over the stocks that the class comes with."""

from __future__ import annotations

import copy
import random
from typing import Any

from bfcl_eval.eval_checker.multi_turn_eval.func_source_code.trading_bot import DEFAULT_STATE, TradingBot

NAMES = (
    "Apple",
    "Google",
    "Tesla",
    "Microsoft",
    "Nvidia",
    "Zeta Corp",
    "Alpha Tech",
    "Omega Industries",
    "Quasar Ltd.",
    "Neptune Systems",
    "Synex Solutions",
)
STATUSES = ("Open", "Pending", "Completed", "Completed", "Cancelled", "Open")


def make() -> dict[str, Any]:
    """Forty accounts with two to six orders each."""
    rng, stocks = random.Random(11), copy.deepcopy(DEFAULT_STATE["stocks"])
    bot = TradingBot()
    for name in NAMES:
        symbol = bot.get_symbol_by_name(name)["symbol"]
        stocks[symbol] |= {"symbol": symbol, "name": name}
    accounts: dict[str, Any] = {}
    for number in range(40):
        key = f"A{1001 + 37 * number}"
        orders: dict[str, Any] = {}
        for place in range(rng.randint(2, 6)):
            order_id, symbol = 10000 + 97 * (number * 7 + place) % 89000, rng.choice(sorted(stocks))
            price = round(stocks[symbol]["price"] * rng.uniform(0.8, 1.2), 2)
            orders[str(order_id)] = {
                "id": order_id, "order_type": rng.choice(("Buy", "Sell")), "symbol": symbol, "price": price,
                "amount": rng.choice((1, 2, 3, 5, 8, 10, 15, 20)), "status": rng.choice(STATUSES),
            }  # fmt: skip
        accounts[key] = {
            "account_id": key, "orders": orders, "market_status": "Open", "order_counter": 90000 + 50 * number, "watch_list": [],
            "account_info": {"account_id": key, "balance": float(rng.choice((120, 480, 950, 2600, 5200, 11000, 24000))), "binding_card": 4000_0000_0000_0000 + rng.randrange(10**12)},
            "transaction_history": [], "random_seed": 1000 + number,
        }  # fmt: skip
    return {"accounts": accounts, "stocks": stocks}
