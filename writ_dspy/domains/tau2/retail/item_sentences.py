"""What customers of the shop say about items and versions, as patterns for `wording.spin`."""

from __future__ import annotations

ACT_IF_UNDER = (
    "[But|One thing though:|There's one condition:] [only|just] if another version of the product in that order is in stock [for less than|for under|below] {price}, [since I'd buy that instead|as I'd get that one in its place].",
    "[Only do it|Go ahead only|Please do this only] if I could get another one of the same [kind|type] as in that order for [under|less than] {price} right now, [as I'd take that one instead|since that's what I'd buy instead].",
    "[I'd only do this|It only makes sense] if [the product in that order|something of the kind that's in that order] [is in stock|is available] [under|below|for less than] {price} in another version, [since I'd buy that one instead|which I'd get instead].",
    "[First|Before that,|But first] check the product [type |]in that order: is the cheapest other version in stock under {price}? [Only then|Only in that case] go ahead, [since I'd buy that one instead|as I'd take that one instead].",
    "[My condition|The condition] is that another [available|in-stock] version of the product in that order [costs less than|is under] {price}, [as I'd get that one instead|since I'd rather have that one].",
    "[If nothing|Unless something|Unless anything] else of the sort [that's in|found in] that order is [in stock|available] [under|below] {price} for me to buy instead, [leave everything as it is|please don't do anything].",
)
CHANGE_OPENINGS = (
    "[Hi|Hello|Hey], I [want|need|'d like] to change [something|an item] in an order that [isn't out yet|I'm still waiting for].",
    "[Can|Could] I [swap|switch] [an item|something] in an order [before it ships|that hasn't gone out]?",
    "I'd like a different version of [something I ordered|an item in one of my orders].",
    "[One of my orders|An order of mine] has [an item|something] in it that I'd like to [modify|change].",
    "[I picked|I chose|I ordered] the wrong [version|variant] of something [and want to change it|, can that be modified?|].",
    "[Please|Kindly] [modify|change] [one item|a product] in [my order|an order of mine].",
    "[Is it possible|Would it be possible] to get another [version|variant] of [something I've ordered|an item on order]?",
    "[It's about|This is about] [modifying|changing] an item in [an open|a recent] order.",
    "I [had second thoughts|changed my mind] about [one of the things|something] I [ordered|have on order].",
)
EXCHANGE_OPENINGS = (
    "[Hi|Hello|Hey], I [want|need|'d like] to exchange something [I received|that arrived|I bought from you].",
    "[Can|Could] I [swap|exchange] [something|goods] from [an order|a delivery] [I received|that arrived]?",
    "[I'm here|I'm writing|I'm getting in touch] about an exchange.",
    "[I need|I'd like to arrange|Please set up|I want] an exchange [for a delivered order|of things you delivered|].",
    "Something [I got|you delivered|from a delivery] isn't [quite right|what I wanted], [and I'd like to|so I want to] exchange it.",
    "[Can|Could] you [help me exchange|set up an exchange of] [things|something] from [an order|a past order]?",
    "I'm [not happy|not quite happy|unhappy] with [part of a delivery|something from an order] and [want to|would like to] exchange it.",
    "[I have a request for an exchange|There's an exchange I need]: it's about [an order that arrived|a delivery].",
    "[Help me|Please help me] [swap|exchange] [goods|things] I [already have|received] for [other versions|different versions].",
)
BROKEN_OPENINGS = (
    "[Hi|Hello|Hey], something [you delivered|I received|from my last delivery] [arrived damaged|is broken|doesn't work], and I'd like [it replaced|to exchange it].",
    "[Can|Could] I exchange [something|a thing] that [arrived broken|was faulty from the start|came with a crack in it]?",
    "[One of the things|Something] you sent me [looks as if it had been used before|has a defect|was damaged on the way]; I'd like to exchange it.",
    "I [have|received] [something|a thing] from you that [is defective|came with broken pieces|stopped working after a day], and I need an exchange.",
    "I'm [not happy|disappointed] with the quality of [something|one thing] I [got|received] from you: it [broke|fell apart] right away. I want [to exchange it|an exchange].",
)
SAME_AGAIN = (
    "[I want|I'd like|Please send me|I only need] the very same [version|one] again, [just not broken|only in one piece|this time without a defect].",
    "[It should be|Make it|Let it be] exactly the same [version|one] as before, [a new piece of it|just a flawless one|but one that's intact].",
    "[I don't want anything else|I still like it], so the same [version|one] again, [please|if you have one].",
    "[The replacement should be|I'd like] another one of the same version[, nothing different|, with all the same options|].",
    "[All the specs|The options] stay the same, [I just want a new one|I only want one that isn't faulty].",
)
OR_BACK = (
    "[If|In case] you have [no more of it|none left], I'd like to return it, refunded to the original payment method.",
    "[If that's out of stock|Should it be sold out|If there's none left], [I'd rather return it|then I return it] and have the money back on the original payment method.",
    "[Otherwise|Failing that|If that can't be had], [take it back as a return|I want to return it], with the refund to the original payment method.",
)
ITEMS = (
    "[It's|That would be|I mean|It's about] the {it}.",
    "[The one I mean|What I want changed|What I have in mind] is the {it}.",
    "The {it}[, please|, nothing else].",
    "[I'd like to change|I want to swap|I'm unhappy with] the {it}[ in there| from that order|].",
    "[This concerns|I'm talking about|We're talking about] the {it}.",
)
VERSION = (
    "[I'd like|I want|I'd rather have|Please give me] {it}[ instead| in its place|]{why}.",
    "[Make it|It should become|Let it be] {it}{why}.",
    "[What I want is|I'd go for|I'm looking for] {it}{why}.",
    "[My choice is|The replacement should be|I'd take] {it}{why}.",
    "[Could I have|Can I get|May I have] {it}[ instead|]{why}?",
    "[Please swap it for|Change it to|Replace it with] {it}{why}.",
)
VERSIONS = (
    "[Here's what I'd like|This is what I want|What I want is this|My wishes are]: {it}.",
    "[In detail|One by one|To be exact|Specifically]: {it}.",
    "{it}[. That's all of them|].",
    "[I've noted down|I was thinking of|I'm thinking of] the following: {it}.",
    "[Please do it like this|Like so|This way, please]: {it}.",
    "[The new ones|The replacements] should be [these|as follows|like this]: {it}.",
)
OR_VERSION = (
    "If [that's|that version is] [out of stock|sold out|not available], [I'll take|give me|then] {it}.",
    "[Should that be unavailable|In case you don't have that], {it} [would do|is fine|is my second choice].",
    "[Otherwise|Failing that|If not], {it}[, please|].",
    "[My|The] [plan B|fallback|second choice] [is|would be] {it}.",
    "[And if|If] you can't [get|do] that one, [go for|take|choose] {it}.",
)
OR_CANCEL = (
    "If [that's|that version is] [out of stock|sold out|unavailable], [cancel|just cancel] the [whole|entire|complete] order, I no longer need it [then|in that case|].",
    "[Should that be unavailable|In case you don't have that], [please cancel the order|I want the order cancelled], as it's no longer needed [then|in that case].",
    "[Otherwise|Failing that], [cancel|call off|please cancel] the order: it's no longer needed.",
    "[No stock|Not in stock]? Then [cancel|drop] the [complete|whole] order, I no longer need it.",
    "[If you can't do that|If that can't be had], I no longer need the order, so [cancel it|have it cancelled].",
)
BUDGET = (
    "[But|Mind you,|Just] don't let it cost more than {it} [extra|on top].",
    "[My limit|The limit|My ceiling] for the [price difference|extra cost] is {it}.",
    "[I won't|I'm not going to|I can't] pay more than {it} [on top|extra|in addition].",
    "[Only|Please only] go ahead if the [price difference|difference in price] is {it} at most.",
    "[If it costs|If I'd have to pay] over {it} [extra|more than now], [leave it|forget it|don't do it].",
)
PRICE = (
    "[Also|And] [tell me|let me know] the price of the one I'll get.",
    "What's the [new one's price|price of the new one|price of the one I'll get]?",
    "I'd like to [hear|be told] the price of the [new one|replacement].",
    "I'd [like|also like] to know [the new price|the price of the replacement|what price the new one has].",
    "[Please|] tell me the [new item's price|price of the new version] [too|as well].",
)
LEFT_ON_CARD = (
    "[And|Also,] what will be left on my gift card [after that|then]?",
    "[Please tell me|Let me know|I'd like to hear] how much is left on my gift card [afterwards|after that].",
    "[Tell me|I need to know] what's left on my gift card once [this|it all] is done.",
)
MORE_IN_ALL = (
    "How much more do I pay [for it all|in all|altogether]?",
    "[Please tell me|Let me know|I'd like to hear] how much more that is in total.",
    "[And what|What] does it cost me more, all [of them|things] taken together?",
)
SAVED_IN_ALL = (
    "How much do I save [by that|with it] [in all|altogether]?",
    "[Please tell me|Let me know|I'd like to hear] how much I save in total.",
    "[And what|What] do I save, all [of them|things] taken together?",
)
SAVING_OPENINGS = {
    "delivered": (
        "[Hi|Hello|Hey], I [spent|paid] [more than I wanted|too much] on [an order|a delivery] that [arrived|I received], so I'd like to exchange [some of it|things] for cheaper [versions|ones].",
        "[Can|Could] I exchange [some things|a few things] [I received|you delivered] for cheaper [versions|ones]? [Money is tight|I have to save a bit] this month.",
        "I went over my budget with [an order|something] that has arrived, so [I need an exchange|it's about an exchange]: [the cheaper versions would do|cheaper ones are good enough].",
        "It's about an exchange: [some of the things|a few of the things] you delivered are fancier than I need, and I'd like to save [some money|a bit].",
    ),
    "pending": (
        "[Hi|Hello|Hey], I want to [make one of my orders cheaper|bring down the price of an order], so I'd like to change [some of the items|things] in it.",
        "[Can|Could] you change [some things|a few things] I have on order to cheaper [versions|ones]? [Money is tight|I have to save a bit] this month.",
        "I went over my budget with an order that hasn't [shipped|left] yet, so I'd like to change [things|some items] in it to cheaper [versions|ones].",
        "I want to change [some of the items|a few things] in an order: they're fancier than I need, and I'd like to save [some money|a bit].",
    ),
}
"""By the status of the order: who wants to spend less on what is in it."""
ALL_CHANGED = (
    "[It's|That would be] all that's in it: {it}.",
    "[All of it should change|I mean all that's in there]: {it}.",
    "It's about {it}, so all that's in there.",
)
SOME_CHANGED = (
    "[It's about|That would be|I mean|It would be] {it}.",
    "[The ones I mean are|What should change is|The things to change are] {it}.",
    "[Please change|I'd change|I want to change] {it}[, nothing else in there|, and leave the rest as it is|].",
)
CHEAPEST_OF_EACH = (
    "[For|Of] each of them, [I'd like|I want|please take] the cheapest [other |]version [you have in stock|that's in stock].",
    "[Make|Please make] each of them the cheapest version [in stock|you have in stock].",
    "[Each|Each one] should become the cheapest [version|one] of its kind [that is in stock|that you have in stock].",
    "Swap each of them for the cheapest version [that's available|you have in stock], [please|whatever it looks like].",
    "I'd take the cheapest [version|variant] in stock of each[, whatever the options are|, I don't mind which options they have|].",
)
"""Several things of one order, all or not, and what each of them is to become."""
AS_PAID = (
    "[Put|Please put|Just put|Keep] it on the payment method [that order was paid with|I used for that order].",
    "[Use|Please use|Go with|Stick with] the [original payment method|payment method of the order it's in].",
    "[The original payment method|How I originally paid|The way I originally paid] is fine for [the money part|this|that].",
    "[The original payment method|The method the order was paid with] again[, please|].",
    "Whatever [method|card or account] I originally used [works|will do|is fine] for the difference.",
)
RETURN_OPENINGS = (
    "[Hi|Hello|Hey], I [want|need|'d like] to return [something|some goods|part of a delivery].",
    "[Can|Could] I [send back|return] [something|goods] [I bought from you|you delivered|from a delivery]?",
    "[I'm here|I'm writing|I'm getting in touch] [about a return|because of a return].",
    "[Please|Kindly] [set up|start|arrange] a return [for me|on my account|].",
    "[Can|Could] you [help me return|help me send back] [things|something] [that arrived|I received] from you?",
    "I have [an order|a delivery] here that I [want|'d like|need] to [return|send back], [wholly or in part|at least some of it].",
    "I have a return to [make|arrange]: [it concerns|it's about] an order that [arrived|was delivered].",
    "[Some things|A few things|Something] I [ordered|bought] [didn't work out|aren't for me], so I'd like to [make|arrange] a return.",
    "[I'd like my money back|I want a refund] for [something|goods] you delivered.",
)
BACK = (
    "[I'm returning|I'd like to return|I want to send back|Please take back] {it}.",
    "[What goes back|What I'd return|The return] is {it}.",
    "[What I don't want|What I want to return|What I would send back] is {it}.",
    "[Take|I want you to take] back {it}[, please|, if you would|].",
    "[The return should cover|The return is for|It covers] {it}.",
    "{it}[, that's what I'm returning|, nothing more].",
)
REFUND_TO = (
    "[The refund should go|Refund it|Send the money|I want the refund] to my {it}.",
    "[I'd like|I want] [the money|the refund] on my {it}.",
    "My {it}[, please, for the refund| is where the refund should go| for the refund].",
    "[As for the refund|Regarding the refund]: my {it}.",
    "[Please refund|Refund] [me on|everything to|it all to] my {it}.",
)
REFUND_BACK = (
    "[The refund should go|Refund it|Send the money] [back|] to [the original payment method|how I originally paid].",
    "[I'd like|I want] the [money|refund] on the original payment method.",
    "[Original payment method|The original method], please, for the refund.",
    "[As for the refund|Regarding the refund]: back to the original [payment method|method].",
    "[Please refund|Refund] the original [payment method|method][ of that order|].",
)
OR_REFUND = (
    "If [that|this] isn't [allowed|possible], [use|then take] the original payment method [for the refund|].",
    "[Should that not be allowed|In case that's against the rules], refund the original payment method.",
    "[Otherwise|Failing that], [the original payment method is fine|back to the original payment method].",
    "[And if|If] you can't [do that|send it there], [I'll accept|then] the original payment method.",
    "[Plan B for the refund|My second choice] [is|would be] the original payment method.",
)
SAME_VERSION = (
    "[Make it|Change it to] the [same version|very same version] that I get in the exchange.",
    "[It should become|I want] [exactly|] the [version|variant] from the exchange[, so that they match| as well|].",
    "[Take|Use] the same version [for it|] as [in|for] the exchange.",
    "[To match|So they match]: the same [version|variant] as in the exchange.",
    "[I'd like|I want] the two to [match|be identical], so the version from the exchange.",
)
QUESTION_OPENINGS = (
    "[Hi|Hello|Hey], I have a question about {it}.",
    "[Could|Can] you [look something up for me|check something] about {it}?",
    "I'd like to know something about {it}.",
    "[I'm writing|I'm here] with a question [concerning|regarding|on] {it}.",
    "[I need|I'd like] some information [about|on|regarding] {it}.",
    "[Just a question|Only a question] today, it's about {it}.",
    "[Please|Kindly] [help me with|give me] [a bit of|some] information on {it}.",
    "[There's|I've got] something I [want|wanted] to ask about {it}.",
    "[Quick|Short] question about {it}[, if you have a moment|, if I may|].",
)
ASK = (
    "[Please|] tell me {it}.",
    "[I'd like|I want|I would like] to know {it}.",
    "[Can|Could] you [tell me|find out|look up] {it}?",
    "[What I need|What I want to know|The question] is {it}.",
    "[Let me know|Find out for me] {it}[, please|].",
    "[I'm interested in|I need to know|I'd be glad to hear|It would help me to know] {it}.",
)
PRODUCTS = (
    "[It's|It is] about {it}.",
    "[I'm looking at|I'm interested in|I'm comparing] {it}.",
    "[The product is|I have in mind|What I have in mind is] {it}.",
    "[I'm thinking of buying|I might buy|I'm considering] {it}.",
    "{it}[, that's what I'm asking about| is what it's about| would interest me].",
)
PART_OPENINGS = (
    "[Hi|Hello|Hey], I [want|need|'d like] to cancel [one thing|one item|a single item] [in|out of] an order.",
    "[Could|Can] you [please|] take [one thing|one item] out of an order [of mine|I placed] and cancel it?",
    "[One of the things|One item] in an order of mine should be cancelled.",
)
"""One item to be cancelled out of an order."""
OR_ALL_OF_IT = (
    "If [that can't be done|it's all or nothing|single items can't be cancelled], [then |]cancel the whole order.",
    "[Should that not be possible|If not], I'd rather [have the whole order cancelled|cancel the whole order] than keep it.",
    "[Otherwise|Failing that], [the whole order can go|cancel the whole thing].",
)
SWAP_OPENINGS = (
    "[Hi|Hello|Hey], I [want|need|'d like] to exchange [something|an item] from [an order|one of my orders].",
    "[Can|Could] you exchange [an item|something] [from an order of mine|I ordered][ for another version|]?",
    "[I'm writing|I'm getting in touch] [about an exchange|because I want to exchange something I ordered].",
    "[Something I ordered|An item in one of my orders] isn't the [version|variant] I want, so I'd like an exchange.",
    "I'd like to swap [something|an item] I ordered for [a different|another] version: an exchange[, please|].",
    "[I have an exchange to ask for|There's an exchange I need]: it's about [an item|something] I ordered.",
)
"""An exchange, by who does not say whether it has arrived."""
MODIFY_OPENINGS = (
    "[Hi|Hello|Hey], I [want|need|'d like] to modify [something|an item|a few things] in [an order|one of my orders].",
    "[Can|Could] you [modify|change] [an order|one of my orders][ for me|], [please|if you would]?",
    "[I'm writing|I'm getting in touch] because [an order of mine|one of my orders] has to be [modified|changed].",
    "I [ordered|picked] the wrong [version|variant] and want to change [my order|that order].",
    "[There's a change to make to|A change is needed in] [an order of mine|one of my orders].",
)
"""A change, by who does not say that it has arrived."""
GIVE_BACK_OPENINGS = (
    "[Hi|Hello|Hey], I [want|need|'d like] to return [an order|one of my orders|a whole order].",
    "[Can|Could] you [set up|arrange] a return of [an order of mine|one of my orders]?",
    "[I'm writing|I'm getting in touch] [to return an order|about the return of an order].",
    "[One of my orders|An order of mine] should [go back|be returned][, please|].",
    "I'd like my money back for [an order|one of my orders]: I want to return it.",
)
"""A return, by who does not say whether it has arrived."""
ALL_BACK = {
    "no longer needed": (
        "[Everything in it|All of it] [goes back|is to be returned]: [I no longer need it|it's no longer needed].",
        "I'd return [all of it|everything in it], [since|as] I don't need it [anymore|any longer].",
        "I no longer need [any of it|it], so [everything in it|all of it] [should go|goes] back.",
    ),
    "ordered by mistake": (
        "[Everything in it|All of it] [goes back|is to be returned]: [it was ordered|I ordered it] by mistake.",
        "I'd return [all of it|everything in it], [since|as] I ordered it by mistake.",
        "It was ordered by mistake, so [everything in it|all of it] [should go|goes] back.",
    ),
}
"""All of an order given back, and why."""
OR_ELSE = (
    "If [that's|that one is] [out of stock|sold out|not available], {second}; and if that [can't be had|doesn't work out|fails], too, {third}.",
    "[Should that be unavailable|In case you don't have that], {second}. [If even that fails|Should that fail as well], {third}.",
    "[Otherwise|If not|Failing that], {second}; [and if that isn't possible either|failing that, too], {third}.",
    "[My second choice|Second best]: {second}. [Last resort|As a last resort|And if all fails]: {third}.",
)
"""Two alternatives in a row."""
