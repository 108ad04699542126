"""Words that name nothing in particular: what talk at any desk is made of, whatever is served there.

A noun that is none of these, and that neither the domain nor anybody in the conversation has used, brings in something new: see
`verify.strange`. The words stand by what they do; no list is of things that a service may or may not have.
"""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.verify.noise import bag

_LITTLE = bag("""
    the a an your our my this that these those any some no their its his her every each all both another either neither what which whose such
    of to in on at by for with from as into onto about over under after before between through during within without against per via upon until till since like than among
    along across behind below above beside besides beyond near past toward towards throughout regarding concerning including excluding despite except unlike versus plus minus
    up down off out away back around together forward ahead apart aside in inside outside
    and or but nor so yet if whether because while although though unless when whenever where wherever which who whom how why once as
    i you he she it we they me him us them myself yourself yourselves itself himself herself ourselves themselves mine yours ours theirs hers one ones anyone anybody
    everyone everybody someone somebody nobody anything everything something nothing none others other
    is are was were be been being am has have had having do does did doing done will would can could may might shall should must cannot ought need let lets get gets got
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december am pm est utc usd us
    not never also just only still already now then there here very too again soon maybe perhaps indeed please yes okay ok well quite rather even almost instead however
    moreover therefore otherwise anyway either else ever always often sometimes usually today tomorrow yesterday tonight
""")  # fmt: skip
"""Words that end a phrase that names something."""

_TALK = bag("""
    word words sentence sentences line lines question questions answer answers reply replies response responses message messages chat conversation talk discussion exchange summary
    recap overview list lists listing table text note notes point points topic subject matter matters detail details specifics particulars info information explanation comment
    comments remark mention heads-up headsup outline breakdown rundown description wording phrase spelling letter letters digit digits number numbers figure figures name names
    term terms language quote term example examples instance request requests inquiry enquiry inquiries query queries say yes no go-ahead okay ok nod thumbs confirmation consent approval
    permission green light approval authorization choice choices option options pick preference preferences wish wishes want wants need needs desire ask
""")  # fmt: skip
_COURTESY = bag("""
    help hand assistance support service pleasure honor honour joy delight thanks gratitude appreciation patience understanding cooperation apology apologies regret sympathy
    kindness courtesy trust confidence faith loyalty business honesty candor interest effort efforts care concern concerns trouble inconvenience hassle bother frustration disappointment
    annoyance stress worry worries confusion mix-up mixup misunderstanding mistake mistakes error errors slip oversight typo issue issues problem problems difficulty difficulties
    complication complications snag hiccup hitch challenge situation circumstance circumstances case cases feeling feelings heart mind thought thoughts sense spirit mood luck
    day days morning afternoon evening night week weekend weekends shift shifts workday month months year years time times moment moments minute minutes second seconds hour hours bit while wait delay
    date dates today now rest remainder remaining future meantime occasion start beginning end ending finish deadline
    welcome goodbye farewell wishes regards sir madam ma'am miss everyone folks friend customer customers client clients guest guests traveler travelers traveller travellers member
    members person people individual individuals party parties self anybody agent agents assistant colleague colleagues desk
""")  # fmt: skip
_PROCESS = bag("""
    step steps stage stages phase process procedure procedures way ways method methods manner means approach path route course direction order sequence turn turns round go move
    action actions task tasks job work deed change changes update updates edit adjustment fix correction solution resolution outcome result results effect effects consequence impact
    decision plan plans idea ideas intention purpose goal aim target proposal suggestion offer alternative alternatives possibility possibilities chance opportunity fallback backup
    workaround reason reasons cause ground grounds basis background context rule rules policy policies guideline guidelines requirement requirements criterion criteria condition conditions
    constraint constraints restriction restrictions limit limits limitation limitations exception exceptions scope range threshold maximum minimum max min tool tools system systems
    record records file profile account data database screen view page entry entries field fields row rows column columns form format template type types kind kinds sort sorts class
    category categories group set sets pair part parts piece pieces portion half whole grand bulk majority couple handful lot lots plenty bunch number total totals sum sums amount amounts
    count quantity figure value values price prices cost costs fee fees charge charges fare fares rate money cash dollars dollar cents cent balance difference payment payments refund
    refunds credit credits debit saving savings budget tax taxes level degree extent size length width height weight depth speed quality feature features attribute attributes property
    properties spec specs specification specifications model version versions variant variants item items product products thing things stuff article articles unit units copy match
    matches candidate candidates comparison search searches look lookup look-up lookups check checks review recheck double-check lookups glance read scan reading attempt try tries shot
    access status state position place places spot location locations side sides front top bottom middle center centre edge corner beginning left right point hold queue
    identity id ids identification verification authentication security safety privacy rights duty responsibility authority ability abilities capability capabilities power
    behalf charge stead favor favour regard respect accord advance addition total general particular detail fact facts truth case question principle practice reality short brief full
    key code codes reference references link links source origin destination starting timeline timeframe time-frame schedule window period duration span interval gap delay slot
    combination combinations configuration setup mix package bundle selection arrangement breakdown structure pattern itinerary leg legs segment segments connection connections stop
    stops layover layovers trip trips journey journeys travel flight flights booking bookings reservation reservations ticket tickets cabin seat seats bag bags baggage luggage suitcase
    suitcases passenger passengers purchase purchases order orders delivery return returns cancellation cancellations modification modifications replacement replacements original
    originals address addresses city state country street house home e-mail email emails phone contact
    parcel parcels package packages shipment shipments airline zip postal weather
    inventory stock supply catalog catalogue assortment availability
    tier membership status benefit benefits advantage downside drawback upside trade-off tradeoff catch risk clarity care glitch
""")  # fmt: skip
_IDIOM = bag("""
    jiffy tad heads tails bottom line ball court page board loop touch track tracks square spot dots box boxes sleeve fingertips fingers bases bumps road bill rain check
    pity shame headache headaches breeze piece cake snap eye eyes ear ears face foot feet shoulder shoulders hair blue dark light lights air water sea world life nutshell
    picture news word bird book books story big deal bargain catch lookout hurry rush pinch notch hook line sinker shape form ghost clue hunch gut
    bright early bird peace weight mouthful headstart start heap ton tons world bunch load loads lots
    style factor factors scenario scenarios calendar area estimate frame checklist holder workflow flow handoff lack feedback team ease insight insights aspect aspects resource resources
    overlap conflict focus avenue avenues interest story sake behalf likes kinds pros cons gist essence crux core heart
    company demand funds progress sufficient greater whichever align satisfy support rush capacity
    upgrade upgrades downgrade downgrades depend depends specify specifies goodwill gesture family channel share character characters
    glimpse peek walk-through walkthrough run-through rundown tally tie
""")  # fmt: skip
QUALITY = bag("""
    new old good great nice fine best better bad worse worst big small large little long short high low higher lower highest lowest early earlier earliest late later latest last first
    second third next previous prior former latter final initial current present actual real true false right wrong correct incorrect exact precise accurate approximate rough same
    similar different separate single double triple multiple several many much more most few fewer fewest less least enough extra additional further other main major minor key
    important serious simple easy hard difficult tough tricky quick fast slow prompt swift smooth clear unclear plain certain sure unsure ready happy glad sorry sad upset frustrated
    warm kind lovely wonderful fantastic excellent perfect pleasant superb brilliant awesome amazing terrific splendid delightful beautiful safe sound well welcome friendly gentle polite
    careful close closer closest near nearest far further entire whole complete full partial half total overall general specific particular special usual unusual common rare typical
    normal regular standard basic default open closed free busy available unavailable possible impossible likely unlikely able unable eligible ineligible valid invalid active inactive
    existing upcoming recent future past due net gross strict firm tight loose top brief concise detailed thorough extensive quick solid strong weak fair unfair cheap cheaper cheapest
    expensive pricey affordable budget costly own personal private public direct indirect nonstop non-stop one-way round-trip roundtrip outbound inbound domestic international daily
    weekly monthly alternate alternative optional mandatory necessary required relevant respective sole mere utmost huge tiny vast ideal proper appropriate suitable reasonable
    acceptable legitimate genuine honest sincere deep deepest utter very mutual joint single-use official formal informal automatic manual definitive final conclusive
    two three four five six seven eight nine ten eleven twelve dozen hundred thousand zero half quarter
    online offline live heavy faster slower larger smaller wider broader easier harder absolute outright immediate accurate complex poor rich wide broad deep narrow
    fault faulty odd even straight straightforward neat tidy handy worth worthy alone alike aware unaware fresh
    intact unchanged separately apart accordingly shortly directly currently safely kindly smoothly hassle-free stress-free
    gray grey green blue red black white pink purple yellow orange brown silver gold navy beige
""")  # fmt: skip
STATES = bag("""
    tells tell told explains explain describes describe guides guide asks ask confirms confirm serves serve helps help follows follow begins begin ends end
    shows show says say states state means mean lists needs need wants want requires require applies apply remains remain stays stay appears appear seems seem sounds looks becomes become
    exceeds exceed allows allow involves involve varies vary falls fall qualifies qualify corresponds occurs occur exists exist indicates indicate includes include covers cover
    contains contain matches match meets meet fits fit works work comes come goes go takes take makes make gives give gets leaves leave departs depart arrives arrive lands land
    costs cost totals equals saves save brings keeps keep holds hold starts start begins begin ends end counts count changes ships ship reads read runs run
    reflects reflect grants permits permit forbids prohibits posts post arrives increases increase decreases drops drop rises rise
    found sent made paid set put left kept held taken given shown seen told said done gone read written known drawn chosen bought sold met lost spent cut
    tied split built bound gave went came took got did knew had said saw felt began brought caught chose drew drove fell flew forgot grew heard hid hit hurt laid led lent let
    rode rang rose ran sat sang slept spoke stood stole stuck swam taught thought threw woke wore won wrote meant broke
""")  # fmt: skip

EVERYDAY = _LITTLE | _TALK | _COURTESY | _PROCESS | _IDIOM | QUALITY | STATES
"""All of them, in lower case."""
ENDS = _LITTLE
_ABSTRACT = re.compile(
    r"\w{2,}(?:tions?|sions?|ments?|ness|ity|ities|ances?|ences?|ancy|ency|ing|ings|ed|able|ible|ably|ly|ous|ive|al|ful|less|ish|ic|ant|ent|ary|est|ward|wise|ism|ship|hood|dom|age|ure)"
)
"""Endings of words that say how something is or goes."""
_YET_THINGS = bag("""
    apartment apartments basement department departments document documents instrument instruments garment tournament station stations vacation vacations graduation celebration
    operation operations subscription subscriptions invitation promotion promotions medication prescription hospital hospitals festival rental rehearsal funeral journal arrival animal
    signal wedding weddings meeting meetings parking training building buildings boarding painting clothing ring rings string spring evening king wing ceiling packaging mailing lounge
    ambulance residence audience conference conferences appliance appliances science licence license balance-sheet president parent parents student students accident accidents
    tenant elephant restaurant restaurants plant plants consultant accountant merchant giant infant infants university community city celebrity bed seed feed weed shed
    music clinic mechanic traffic garage village cottage sausage massage storage beverage voyage marriage bandage furniture picture adventure lecture pressure treasure sculpture
    manufacture temperature signature kingdom stadium forest guest dentist pest chest nest vest family allergy library dictionary secretary salary anniversary
    table cable vegetable bible ally bully belly jelly lily supply reply
    medal metal pedal petal sandal scandal cereal jewel festival carnival capital criminal terminal terminals hall ball wall mall
    payroll pregnancy agency agencies emergency currency pharmacy infancy
    warehouse-management mission missions mansion television extension pension tension
    passage luggage-tag cargo brokerage mortgage postage cartilage
""")  # fmt: skip
"""What ends so, and is a thing or an event all the same."""


_ASIDE = _LITTLE | _TALK | _COURTESY | _IDIOM | QUALITY | STATES


def is_matter(word: str) -> bool:
    """Whether a word, in lower case, can name what a talk is about: "product", "trip", "lamp"; and not "day", "answer" or "pleasure"."""
    return word not in _ASIDE and (word in _PROCESS or not is_everyday(word))


def is_everyday(word: str) -> bool:
    """Whether a word, in lower case, names nothing in particular."""
    if word in EVERYDAY:
        return True
    return _ABSTRACT.fullmatch(word) is not None and word not in _YET_THINGS
