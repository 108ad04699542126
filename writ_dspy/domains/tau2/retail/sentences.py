"""What customers of the shop say about themselves and their orders, as patterns for `wording.spin`.

`[a|b]` is a choice, `{it}` a value.
"""

from __future__ import annotations

IDENTITY_BY_EMAIL = (
    "My [e-mail|email|e-mail address|email address] is {email}.",
    "[You can find me|You'll find me|I'm registered|My account is|I'm signed up] under {email}.",
    "[Look me up by|Please use|Try] my e-mail[, it's|:] {email}.",
    "[The account|My account|The profile] [uses|belongs to|is tied to] {email}.",
    "[I'm|This is] {first} {last}, [e-mail|email] {email}.",
    "{email} is [the e-mail|the address|what I registered with|the email on my account].",
)
IDENTITY_BY_NAME = (
    "[I'm|My name is|This is] {first} {last}, [zip code|zip|postal code] {zip}.",
    "[The name is|My name's|It's] {first} {last} and [my zip is|my zip code is|I'm in zip code] {zip}.",
    "{first} {last}, [zip|zip code|postal code] {zip}.",
    "I don't [remember|recall|know] which e-mail [I used|it was], but I'm {first} {last}, zip {zip}.",
    "[You should have me as|I'm listed as|Look for] {first} {last} [in zip code|with zip|at zip code] {zip}.",
    "[No idea about the e-mail|I can't get at my e-mail now]; [the name is|I'm] {first} {last}, zip code {zip}.",
)
POINTING = (
    "[It's|That's|That would be|I mean|I'm talking about] {it}.",
    "[I mean|I'm thinking of|I have in mind] {it}.",
    "[This is about|It concerns|I'm asking about|It has to do with] {it}.",
    "[Look for|Look up|Check|Have a look at] {it}[, please|].",
    "[Please take|Please open|Please pull up] {it}.",
    "{it}[, that's it| is the one].",
)
BY_ID = (
    "[order|order number|number|] {id}",
    "[the order|the one] with [number|the number] {id}",
)
BY_ENDING = (
    "[the one|the order|my order] [whose number ends|that ends|with a number ending] [in|with] {id}",
    "[the one|the order] [ending in|with the last digits|whose last digits are] {id}",
)
BY_PRODUCT = (
    "[the order|the one|the purchase|my order] [with|that has|that includes|containing] the {item}",
    "[the order|the one|that order] where I [bought|ordered|got] the {item}",
    "[the order|the one] that the {item} [is in|went into|belongs to]",
    "[my|the] {item} [order|purchase]",
)
BY_STATUS = (
    "[the only|the one|my only|the single] order of mine that is {status}",
    "[my only|the only] {status} order[, there's just one|, I have just the one|]",
)
BY_SOURCE = (
    "[the|my] {status} order [I paid for with|paid with|that was charged to|billed to] [my|a] {item}",
    "[the|my] order [that is|which is] {status} and [was paid with|went on|was charged to] my {item}",
)
BY_CITY = (
    "[the|my] order [going to|shipping to|addressed to|with an address in] {item}",
    "[the|that] one [with a shipping address in|addressed to a place in] {item}",
)
BY_TOTAL = (
    "[the|my] order [that came to|for a total of|that cost me|with a total of] {item}",
    "[the|that] order [I paid {item} for|worth {item}|that cost {item} altogether]",
)
BEST_TOTAL = (
    "whichever of my {status} orders [has the|comes to the] {most} total",
    "[the|that] {status} order [of mine|] with the {most} [total|total amount|overall total|sum]",
    "the one with the {most} [total|bill|amount] [among|of|out of] [all|] my {status} orders",
)
BEST_COUNT = (
    "whichever of my {status} orders [has the|holds the|comes with the] {most} [items|things]",
    "[the|that] {status} order [of mine|] with the {most} [items|things|articles|pieces] in it",
    "the one with the {most} [items|things|products] [among|of|out of] [all|] my {status} orders",
)
PAY_AS_BEFORE = (
    "[Put|Please put|Just put|Keep] [it|everything|that] on the [original|same] payment method I used for that order.",
    "[Use|Please use|Go with|Stick with] the [original payment method|payment method from the original order].",
    "[The original payment method|How I originally paid|The way I originally paid] is fine for [the money part|this|that].",
    "The order's original payment method again[, please|].",
    "[I'd rather stay|Let's stay|I'm happy] with what I originally paid with.",
    "Whatever [method|card or account] I originally used [on|for] that order [works|will do|is fine].",
)
PAY_BY = (
    "[Use|Please use|Go with|Let's use|Put it on] my {it}.",
    "[I want|I'd like|I'd prefer|I would like] [this|that|the money side] to go through my {it}.",
    "[As for payment|For the payment|On the payment side|Payment-wise], [take|use|choose] my {it}.",
    "My {it}[ please| is the one to use| is what I want used|, if you would].",
    "[It should go|Have it go|Make it go|Run it] through my {it}.",
    "The [payment method|method] I [want|have in mind|prefer] is my {it}.",
)
REASONS = {
    "no longer needed": (
        "I [simply|just|really|] don't need [it|any of it|what's in it] [anymore|any longer|after all].",
        "The [things|goods|articles] in it are no longer needed[, sadly| on my side|].",
        "[Reason|The reason]: [it's|that order is] no longer needed.",
        "[It's because I|Because I|Well, I] no longer need [it|what I ordered|that order].",
        "My plans [changed|fell through], so it's not needed [anymore|any longer|now].",
    ),
    "ordered by mistake": (
        "I [ordered|bought|placed] it by mistake.",
        "[It was|The whole order was|That was] a mistake[ of mine| on my part|, I clicked too fast|].",
        "I [accidentally ordered it|ordered it accidentally|placed it by accident].",
        "[Reason|The reason]: [ordered|it was ordered] by mistake.",
        "[Honestly|To be honest|Well], [ordering it|that order] was a mistake.",
    ),
}
REASONS_TO_BUY = {
    "no longer needed": (
        "[It would be no longer needed|It's no longer needed] [then|in that case], [since|as] I'd have the other one.",
        "I [would|'d] no longer need [it|that order] [then|in that case].",
        "[Reason|The reason]: [it's|that order is] no longer needed [once I have the other one|then].",
    ),
    "ordered by mistake": (
        "I [ordered|bought] the wrong version by mistake.",
        "[Reason|The reason]: [I picked|I chose] that version by mistake.",
        "It was a mistake[ of mine| on my part|] [to order|to choose] that version.",
    ),
}
"""Those of who would buy another version in its place."""
CANCEL_OPENINGS = (
    "[Hi|Hello|Hey|Good day], I [want|need|would like] to cancel [an order|one of my orders|a purchase of mine].",
    "[Could|Can|Would] you [please|] cancel [an order|one of my orders] [for me|]?",
    "I'm [writing|getting in touch|reaching out] [about a cancellation|because I'd like an order cancelled|to call off an order].",
    "There's an order [I placed|of mine] that I [want|'d like] [cancelled|to cancel|called off].",
    "I have [something on order|a purchase open with you] and I [want|need] to cancel it.",
    "[Please|Kindly] help me cancel an order [before it ships|I made|that I placed with you].",
    "[Is it possible|Would it be possible] to [cancel|call off] an order [I made|of mine]?",
    "I've [decided|made up my mind] to cancel [an order|one of my purchases].",
    "One of my [open|recent] orders [has to be|should be|needs to be] cancelled[, please|].",
    "I have a cancellation to ask for: [there's an order|it's an order] that [shouldn't go out|I'd rather not receive].",
)
REFUND_AMOUNT = (
    "[Also|And] [tell me|let me know] how big a refund I'll get [back|].",
    "What [will the refund be|refund can I expect|amount will be refunded]?",
    "[How much|What sum] is [the refund|coming back to me as a refund]?",
    "I'd [like|also like] to know [the amount of the refund|the refund amount|how big the refund is].",
    "[Please|] confirm the refund [amount|total] [too|as well].",
)
OR_RETURN = (
    "If it [has already been delivered|turns out to be delivered already|was delivered], [then|] return [everything|all of it] instead, [with the refund going to|and refund] the original payment method.",
    "[Should it be too late for that|If it can't be cancelled since it was delivered], [I want to|let me] return all [the items|of the items] in it, refunded the way I [paid|originally paid].",
    "[In case it's|If it's] delivered [by now|already], [send the whole thing back|make it a return of the whole order] to the original payment method.",
    "[Failing that|If cancelling is out because it arrived], [please set up|do] a return of [everything|every item] in it, refund to [what|the method] I paid with.",
    "[Alternatively|Otherwise], if it [has arrived|is delivered], I'd return [the complete order|all items] and take the refund [on|to] the original payment method.",
)
SHIP_OPENINGS = (
    "[Hi|Hello|Hey], an order of mine [should|has to|needs to] go to [another|a different] address.",
    "I [want|need|'d like] to change [where an order is shipped|the shipping address of an order|the delivery address on an order].",
    "[Can|Could] you [redirect|reroute] [an order|one of my orders|a shipment] [for me|, please|]?",
    "[The shipping address on one of my orders|One of my orders has a shipping address that] [needs changing|has to change|isn't right].",
    "I [won't be at|can't receive things at] the address [that's on an order|an order is going to][, can we fix that?|.]",
    "[Can|Could] you still [update|change|edit] the address [on|for] an order [of mine|I placed]?",
    "[Please|I'd ask you to] [send|ship] one of my orders [somewhere else|to another place].",
    "I [entered|put|used] the wrong address [on|for] an order [and want it corrected|, I'm afraid|].",
    "[About|Concerning|It's about] the shipping address of [an order|something I ordered]: it [must|should] be [changed|different].",
)
MOVE_OPENINGS = (
    "[Hi|Hello|Hey], I [want|need|'d like] to update [my default address|the address in my profile|my account address].",
    "[Can|Could] you change the [default address|address] [on my account|in my profile|you have for me][, please|]?",
    "My [profile|account] [address|default address] [is outdated|is out of date|needs an update|isn't current].",
    "I've [moved|relocated|changed places], so my [default|profile] address [has to change|should be updated].",
    "[Please|Kindly] [correct|update|change] the [standard|default] address [in|on] my [account|profile].",
    "The [default address|address] you [have on file|keep] for me [needs|requires] [changing|a correction|an update].",
    "[I'm writing|I'm here] about the [default|main] address [of|on] my account[, which has to be changed|].",
    "[Can|Could] I get my [profile|default] address changed [by you|through you|here]?",
)
STATED = (
    "The [new|right|correct] address is {it}.",
    "[Send it to|It should go to|Please ship it to|Have it go to] {it}.",
    "[Please use|Change it to|Make it|It's] {it}.",
    "[Here's|This is] the [address|new address]: {it}.",
    "{it}[, that's the address I want| is where it should be| is the right address].",
    "[Please put|Put|Please enter|Write down] {it} as the address.",
    "[I'd like|I want] it changed to {it}.",
)
AT_HOME = (
    "[Ship it|Send it|It should go] to [my default address|the address in my profile|the default address on my account].",
    "[Use|Take|Please use] the [default address|home address] [you have on file for me|in my profile|from my account].",
    "The [default address|address] [in my profile|on my account|you have on file] is [the right one|where I want it].",
    "[It belongs|It has to go|I want it] at my [default|profile] address[, which you have on file|, that's in my account|].",
    "[I'd like|I want] the address [saved|stored] in my [account|profile] on it instead.",
)
AS_ORDER = (
    "[Use|Take|Copy] the [same address|shipping address] [as on|from|that's on] {it}.",
    "The address should [match|be the same as|be identical to] the one on {it}.",
    "The address [should be|has to become] the one [of|on] {it}.",
    "[You'll find|You can see|You should find] the [right|correct] address on {it}.",
    "[Wherever|The same place where] you're [sending|shipping] {it}, [that's the address I want|use that one|that's the address].",
)
NEW_UNIT = (
    "[Only|Just] the [second line|apartment line] changes: it's {it} now, [the rest stays|everything else stays the same].",
    "[I moved|I've moved] within the building[, to| and am now in] {it}; the rest [stays the same|doesn't change].",
    "[The unit|The second address line] [should be|is now|has to read] {it}, [nothing else is different|keep everything else].",
    "[Same street, same city|The street and the city stay], but [the unit is|it's] {it} now.",
    "[Please change|Change] the [unit|second line] to {it} and [leave|keep] the [other lines|rest] [as is|alone].",
)
OR_DEFAULT = (
    "If [that order can't be changed anymore|it's too late for that order], [make that my default address instead|put it in my profile as my default address instead].",
    "[Should it be too late|If it's too late] to [change|redirect] it, [at least|then] [save|store] that address as my default one.",
    "[Otherwise|Failing that], [update|change] my default address to [it|that one], so the next order goes right.",
    "[In case|If] the order is [locked|no longer pending], I'd like that to become my profile's default address.",
    "[If it can't be done|If that doesn't work], [use it for|set it as] my account's default address.",
)
PAY_OPENINGS = (
    "[Hi|Hello|Hey], I [want|need|'d like] to [change|switch] how [an order is paid|I pay for an order].",
    "[Can|Could] you [move|switch] the payment [for|of] [an order|one of my orders] [to something else|to another method|elsewhere]?",
    "[I'd rather pay|I want to pay|I'd like to pay] for [an order|one of my orders] [in another way|with a different method].",
    "The payment method on [an order|one of my orders] [has to be changed|needs to change|isn't the one I want].",
    "[Is it possible|Would it be possible] to [charge|bill] an order to a different [payment method|account]?",
    "[I picked|I chose|I selected] the wrong payment method [for an order|when ordering][, can that be fixed?|.]",
    "[Please|I'd ask you to] [put|charge] one of my orders [on|to] another payment method.",
    "[It's about|I'm writing about|This concerns] the [payment|billing] of an order: I [want|wish] to use [another|a different] method.",
    "[There's|I have] an order whose payment I'd like [moved|switched|transferred] to [another method|something else I have on file].",
)
OR_PAYMENT = (
    "If [that|the first one] [isn't possible|can't be done|doesn't cover it|doesn't work], [use|take|charge] my {it} instead.",
    "[Should that not work|Should it fail|In case that fails], my {it} [will do|is fine|is my second choice].",
    "[Otherwise|Failing that|Alternatively], [put|bill|charge] it to my {it}.",
    "My {it} [would be|is] [the fallback|plan B|the backup][, in case the first isn't allowed| if that won't go through|].",
    "[And if|If] there's [not enough|a problem] with that one, [go with|switch to] my {it}.",
)
SAME_PLACE = (
    "[It should go|Send it|Ship it] to the address [of|on] the [cancelled order|order I just cancelled|order that I'm cancelling].",
    "[Use|Take] the address [from|on|of] the [order being cancelled|cancelled one].",
    "The address [is|should be] the one [from|on] the order [I cancel|I'm cancelling|to be cancelled].",
    "[Wherever|The place] the cancelled order was [going|headed], [that's where this one goes|send this one there].",
    "[I'd like|I want] it [shipped|sent] where the cancelled one was [meant to go|going].",
)
THAT_PLACE = (
    "[The same address|That same address|The address I gave for the order], please.",
    "[It should be|Make it] [the same|that same] address[ that the order now gets| as for the order|].",
    "[Use|Take|Put in] the [same address|address I want for the order] [here too|as well|there, too].",
    "[As for the order|Like for the order]: the same address.",
    "[I live there now|That's where I live now], so the same address [again|as for the order].",
)
WITH_REFUND = (
    "[Put|Charge|Bill] it to my gift card; [the refund from the cancelled order|the money from the cancellation] [makes it enough|should make up the balance].",
    "[Once|As soon as] the [refund|cancelled order's money] is on my gift card, [use that card|pay with it].",
    "My gift card, [topped up by|together with] the refund [of|for] the cancelled order.",
    "[Use|Take] my gift card, [which has enough|it will have enough] after the [refund|cancellation].",
    "[With|After] the refund my gift card [covers it|will be enough], so [use|take] that.",
)
CALL_OFF_OPENINGS = (
    "[Hi|Hello|Hey|Good day], I [want|need|would like] to cancel [an order|one of my orders|a purchase of mine].",
    "[Could|Can|Would] you [please|] cancel [an order|one of my orders] [for me|]?",
    "I'm [writing|getting in touch] [about a cancellation|because I'd like an order cancelled].",
    "There's an order [I placed|of mine] that I [want|'d like] [cancelled|to cancel].",
    "I've [decided|made up my mind] to cancel [an order|one of my purchases].",
)
"""A cancellation, by who does not say that nothing has arrived."""
CANCEL_SEVERAL = (
    "[Hi|Hello|Hey], I [want|need|'d like] to cancel [several|a few|some] orders of mine.",
    "[Could|Can] you [please|] cancel [several|some] of my orders?",
    "[I'm writing|I'm getting in touch] because [several|some] of my orders have to be cancelled.",
    "There are orders [of mine|on my account] that I [want|'d like] cancelled, more than one.",
)
SHIP_SEVERAL = (
    "[Hi|Hello|Hey], [several|some] orders of mine [should|have to|need to] go to another address.",
    "[Could|Can] you [please|] change the [shipping|delivery] address of [several|some] of my orders?",
    "[I'm writing|I'm getting in touch] about the [shipping|delivery] address of [several|some] orders.",
    "[Several|Some] of my orders [are going|would go] to the wrong address.",
)
RETURN_SEVERAL = (
    "[Hi|Hello|Hey], I [want|need|'d like] to return [several|some] orders of mine.",
    "[Could|Can] you [set up|arrange] returns for [several|some] of my orders?",
    "[I'm writing|I'm getting in touch] because [several|some] of my orders [should|have to] go back.",
    "There are orders [of mine|on my account] that I'd like to send back, more than one.",
)
ALL_OF_STATUS = (
    "[All|Every one] of my orders that [are|is] {status}[, please|].",
    "[I mean|That would be|It's] all my {status} orders[, every single one|, all of them|].",
    "[Each|Every] order of mine that is {status}[, whatever is in it|].",
    "Whatever [is|you show as] {status} on my account: all of those orders.",
)
ALL_OF_CITY = (
    "[All|Every one] of my orders that [go|ship] to {city}.",
    "[I mean|That would be|It's] all my orders with an address in {city}[, every single one|].",
    "[Each|Every] order of mine [addressed to|shipping to] {city}[, whatever is in it|].",
)
REASONS_FOR_ALL = {
    "no longer needed": (
        "[I don't need|I no longer need] any of [them|those] [anymore|any longer|].",
        "[They are all|All of it is] no longer needed[ now|].",
        "[Reason|The reason]: they are no longer needed[, all of them|].",
    ),
    "ordered by mistake": (
        "[I ordered|I placed] them [all |]by mistake.",
        "[Reason|The reason]: [all of them were |]ordered by mistake.",
        "They were ordered by mistake[, all of them|, every one|].",
    ),
}
ALL_HOME = (
    "[Ship|Send] [them all|all of them] to [my default address|the address in my profile].",
    "[They should all|All of them should] go to the [default |]address [in my profile|on my account].",
    "The [right|correct] address for all of them is the one in my profile.",
)
ALL_IN_THEM = (
    "Everything [in them|that's in them][ goes back|, please|].",
    "[All of them whole|Whole orders], so everything in [each|every one] of them.",
    "Everything, I keep [nothing|none] of it.",
)
ALL_AS_PAID = (
    "[Refund|Please refund] each the way it was paid.",
    "[The refunds should go|The money goes|Refunds go] back to [what|the method] each order was paid with.",
    "Each refund to [the method|what] that order was paid with[, please|].",
)
WHICH_STATUS = (
    "[I mean the one that is|The one that's|It's the one that is|That would be the one that is] {status}.",
    "The {status} one[, please|].",
)
WHICH_CITY = (
    "[I mean the one|The one|It's the one|That would be the one] [going|shipping|addressed] to {city}.",
    "The one with the address in {city}[, please|].",
)
WHICH_TOTAL = (
    "[I mean the one|The one|It's the one|That would be the one] that [came to|cost me] {total} [in all|altogether].",
    "The one for {total}[, please|].",
)
REFUND_IN_ALL = (
    "How big a refund is that in [all|total]?",
    "[Please tell|Tell] me the total refund[ for all of them|], too.",
    "And what does the refund come to [altogether|in total]?",
)
