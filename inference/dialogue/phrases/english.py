"""English questions and answers."""

from __future__ import annotations

from inference.dialogue.phrasebook import AnswerTexts, Choice, Intent, Phrasebook, QuestionPatterns

_SMALL_WORDS = (
    "a an and any are at be by can could did do does for from has have how i if in is it its me more my of on "
    "one or should so that the their them there these they this those to was we were what when where which "
    "who why will with would you your no not anything something nothing tell show describe compare explain"
)

_PATTERNS = QuestionPatterns(
    function_words=frozenset(_SMALL_WORDS.split()),
    intents={
        Intent.COUNT: r"\bhow many\b(?!.*\b(parts?|references?|photos?|images?|pictures?|pixels?)\b)|\bcount\b"
        r"|\bnumber of\b|\bmore than one\b|\bare there (\d+|two|three|four|five|several|multiple|more)\b",
        Intent.WHERE: r"\bwhere\b|\blocation\b|\blocated\b|\bposition\b|\bwhereabouts\b|\bpoint (to|at|out)\b"
        r"|\bshow me\b|\b(which|what) (area|part of|side|corner|place|spot)\b",
        Intent.SIZE: r"\bhow (large|big|long|wide|small|tall|high|broad)\b|\bsize\b|\bdimensions?\b|\bextent\b"
        r"|\bmeasure(s|ments?)?\b|\b(its|the|what) area\b|\barea of\b|\bmm\b|\bmillimet(er|re)s?\b|\bdiameter\b",
        Intent.STRENGTH: r"\bhow (bad|severe|serious|strong|critical|deep|pronounced)\b|\bseverity\b|\bpeak\b"
        r"|\bintensity\b|\bhow (much|far) (over|above|beyond)\b",
        Intent.KIND: r"\b(what|which) (kind|type|sort)\b|\b(kind|type|sort) of\b|\bwhat (is|are|'s) (it|this|that"
        r"|they|these)\b|\bwhat's (it|this|that|wrong)\b|\bwhat is wrong\b|\bwhat exactly\b|\bclassif\w+"
        r"|\blooks? like\b|\bwhat (is|'s) the (defect|anomaly|damage|fault|flaw|problem)\b|\bname (it|the defect"
        r"|of the defect)\b",
        Intent.CAUSE: r"\bcaus(e|ed|es|ing)\b|\bhow (did|could) (it|this|that|they) happen\b|\borigin\b"
        r"|\bcomes? from\b|\bwhose fault\b|\bwhy (is|are) there\b|\bto blame\b",
        Intent.GOOD: r"\b(good|ok|okay|fine|acceptable|pass(es|ed)?|accept(ed)?|reject(ed)?|verdict|usable|alright"
        r"|all right|ship|decision|result)\b",
        Intent.WHY: r"\bwhy\b|\breasons?\b|\bexplain\b|\bhow come\b|\bjustif\w+",
        Intent.SURE: r"\b(sure|certain|certainty|confiden\w+|reliab\w+|probab\w+|likely|trust\w*|p-?value|scores?"
        r"|limit|threshold|promise\w*|guarantee\w*|false (rejects?|alarms?)|accura\w+|doubt\w*|uncertain\w*"
        r"|good parts)\b",
        Intent.NEXT: r"\bwhat (now|next|should|to do|do (i|we) do|can (i|we) do|must|shall)\b|\bnext step\b"
        r"|\bshould (i|we)\b|\bdo with\b|\brecommend\w*|\brepair\w*|\brework\b|\bscrap\b|\bhow (to|do i) proceed\b"
        r"|\badvice\b|\badvise\b",
        Intent.COMPARE: r"\bcompar\w+|\breferences?\b|\bnearest\b|\bsimilar\w*|\bdiffer\w*|\bversus\b",
        Intent.SUMMARY: r"\bdescribe\b|\bsummar\w+|\boverview\b|\btell me (about|everything|more)\b|\bdetails\b"
        r"|\beverything\b|\bwhat (do|did|can|could) you (see|find)\b|\bwhat (was|is|has been) found\b|\bfindings?\b",
        Intent.SELF: r"\bwho are you\b|\bwhat are you\b|\bare you (an? )?(ai|robot|human|person|model|language"
        r"|real)\b|\bhow do you know\b|\bwhich model\b|\blanguage model\b|\bchatgpt\b|\bcan you see\b",
        Intent.HELP: r"\bhelp\b|\bwhat (can|could|may) (i|you) (ask|answer|do|tell|say)\b|\bwhat do you know\b",
        Intent.HELLO: r"^\W*(hello|hi|hey|good (morning|afternoon|evening))\b",
        Intent.THANKS: r"\bthank(s| you)\b",
    },
    defects=r"\b(anomal\w+|defect\w*|damage\w*|flaw\w*|faulty?|faults|wrong|unusual|abnormal\w*|broken|problems?"
    r"|issues?|regions?|intact)\b",
    kinds=r"\b(crack\w*|scratch\w*|dent\w*|holes?|stain\w*|burrs?|missing|chip(s|ped)?|spots?|dirt\w*|rust\w*"
    r"|corro\w+|cut|bent|contaminat\w+|discolou?r\w*|fibers?|fibres?|print)\b",
    choices={
        Choice.LARGEST: r"\b(largest|biggest|greatest|longest|widest)\b",
        Choice.SMALLEST: r"\b(smallest|tiniest|shortest)\b",
        Choice.STRONGEST: r"\b(strongest|worst|clearest|(most|more) (severe|serious|obvious|critical|important))\b",
        Choice.WEAKEST: r"\b(weakest|faintest|least (severe|serious|obvious))\b",
        Choice.LAST: r"\b(last|final)\b",
        Choice.OTHER: r"\b(other|another) ?(one|region|defect|anomaly|spot)?\b(?! (part|photo|product)s?)",
        Choice.NEXT: r"\bnext (one|region|defect|anomaly|spot)\b",
        Choice.PREVIOUS: r"\bprevious (one|region|defect|anomaly|spot)\b",
        Choice.ALL: r"\b(all|each|every|both|they|them|these|those|regions|defects|anomalies|ones|spots)\b",
    },
    numbers=r"\b(?:region|number|no\.?|defect|anomaly) ?#? ?(\d+)\b|# ?(\d+)\b|\b(\d+)(?:st|nd|rd|th)\b"
    r"|^\s*(\d+)\s*\??\s*$",
    ordinals={
        1: r"\b(first|(region|number) one)\b",
        2: r"\b(second|(region|number) two)\b",
        3: r"\b(third|(region|number) three)\b",
        4: r"\b(fourth|(region|number) four)\b",
        5: r"\b(fifth|(region|number) five)\b",
        6: r"\bsixth\b",
        7: r"\bseventh\b",
        8: r"\beighth\b",
        9: r"\bninth\b",
        10: r"\btenth\b",
    },
    places={
        "top left": r"\b(top|upper) left\b|\bleft (top|upper)\b",
        "top right": r"\b(top|upper) right\b|\bright (top|upper)\b",
        "bottom left": r"\b(bottom|lower) left\b|\bleft (bottom|lower)\b",
        "bottom right": r"\b(bottom|lower) right\b|\bright (bottom|lower)\b",
        "center": r"\b(center|centre|middle)\b",
        "top": r"\b(at|on|in|near|to) the (top|upper)\b|\btop (one|edge|side|region|defect)\b",
        "bottom": r"\b(at|on|in|near|to) the (bottom|lower)\b|\bbottom (one|edge|side|region|defect)\b",
        "left": r"\b(at|on|in|near|to) the left\b|\bleft (one|edge|side|region|defect)\b",
        "right": r"\b(at|on|in|near|to) the right\b|\bright (one|edge|side|region|defect)\b",
    },
)

_ANSWERS = AnswerTexts(
    decimal_mark=".",
    places={
        "top left": "at the top left",
        "top": "at the top",
        "top right": "at the top right",
        "left": "at the left",
        "center": "in the center",
        "right": "at the right",
        "bottom left": "at the bottom left",
        "bottom": "at the bottom",
        "bottom right": "at the bottom right",
    },
    verdicts={"accept": "accept", "review": "review", "reject": "reject"},
    decisions={
        "accept": "good",
        "use-as-is": "use as is",
        "rework": "rework",
        "scrap": "scrap",
        "return": "return to the supplier",
    },
    gates={
        "blurred": "the photo is blurred; check the focus",
        "exposure": "the photo is much brighter or darker than the references; check light and exposure",
        "resolution": "the photo has another size than the references; use the same camera and distance",
        "other-product": "the photo does not look like this product; check that the right one is chosen",
        "part-missing": "part of what the references show is not on the photo; the part may be missing or cut off",
        "areas-not-placed": "the drawn areas could not be placed on this photo; check how the part lies",
    },
    last_comma=" and ",
    texts={
        "verdict": "The verdict is {verdict}: score {score}, limit {limit}.",
        "no_verdict": "There is no verdict, because the photo was compared with nothing.",
        "yes": "Yes.",
        "perhaps": "Perhaps.",
        "no": "No.",
        "found_none": "The inspection found no region that differs from the good parts.",
        "found_one": "The inspection found 1 region that differs from the good parts.",
        "found_many": "The inspection found {count} regions that differ from the good parts.",
        "strongest_first": "Strongest first:",
        "region": "Region {number} {clauses}.",
        "lies": "lies {place}",
        "measures": "measures {size}",
        "reaches": "reaches {peak} times the limit",
        "labelled": "is labelled “{label}”",
        "size_px": "{width} x {height} px (area {area} px)",
        "size_mm": "{width} x {height} mm (area {area} mm²)",
        "more": "{count} weaker ones are not listed here; the list of regions shows them.",
        "no_such": "There is no such region.",
        "none_there": "None of them lies there.",
        "kind_unknown": "What kind of defect it is, the facts do not say: the inspection measures where the part "
        "differs "
        "from good parts, not what the difference is.",
        "named_kind": "Whether it is what you name, the facts do not say.",
        "nothing_named": "It does not look for particular kinds of defects.",
        "cause_unknown": "What caused it, the facts do not say; only a person who knows how the part is made can tell.",
        "severity_unknown": "How much that harms the part's function, the facts do not say.",
        "good_accept": "By this inspection, yes.",
        "good_review": "That is open: a person has to look at it.",
        "good_reject": "By this inspection, no.",
        "decided": "A person decided afterwards: {decision}.",
        "why_accept": "Because the score is below the limit and nothing speaks against the photo.",
        "why_review": "Because the score comes too close to the limit to leave it to the machine.",
        "why_gates": "Because of the photo a person has to look: {gates}.",
        "why_reject": "Because the score is not below the limit: the part differs too much from the good parts.",
        "sure_p": "A good part would score this high or higher with a probability of {p}.",
        "promise": "The limit aims to stop at most {share} of good parts; it rests on {parts}.",
        "one_part": "1 good part",
        "many_parts": "{count} good parts",
        "provisional": "That is provisional; more good parts make it firmer.",
        "less_than": "less than {value}",
        "next_accept": "Nothing more is needed. If you see a defect yourself, record your decision with a reason.",
        "next_review": "Look at the part itself, compare it with the reference, and record your decision with a "
        "reason.",
        "next_gates": "Put the photo right first and inspect the part again: {gates}.",
        "next_reject": "Set the part aside, look at what is marked, and record your decision with a reason: rework, "
        "scrap, "
        "return or use as is. If it is a good part, say so and add its photo to the references.",
        "next_none": "Choose a product and inspect the photo with it.",
        "compared": "The photo was compared with {references}.",
        "of_product": "The product is “{product}”, version {version}.",
        "one_reference": "1 reference",
        "many_references": "{count} references",
        "nearest": "It resembles “{name}” most.",
        "no_references": "The photo was compared with nothing.",
        "query_found": "The words “{text}” were found {places}.",
        "query_none": "The words “{text}” were not found.",
        "notes": "The notes of the product say: “{notes}”",
        "self": "I put the facts of this inspection into sentences. No language model is asked, and I do not see the "
        "photo.",
        "help": "I answer from the facts of this inspection. Ask me: is there a defect, where is it, how many are "
        "there, "
        "how large is it, how sure is that, why this verdict, what next, or what was it compared with.",
        "not_understood": "That I cannot answer.",
        "hello": "Hello.",
        "thanks": "You are welcome.",
        "corrected": "Corrected from the record: {sentence}",
        "added": "From the record: {sentence}",
        "named_by_model": "(The name of the defect is the model's own; the inspection does not measure it.)",
    },
)

ENGLISH = Phrasebook("en", _PATTERNS, _ANSWERS, r"\bregion (\d+)\b")
