"""The words by which an answer claims something, in English, German and Chinese at once: data, nothing else.

Every pattern is matched against text as `readable.normalise` leaves it: lower case, plain signs, "ss" for the sharp s.
Where a word has a harmless second meaning, the pattern leaves it out; where that cannot be told, the claim is assumed.
"""

from __future__ import annotations

DEFECT_NOUNS = (
    r"(?:anomal(?:y|ies)|defects?|flaws?|damages?|faults?|imperfections?|irregularit(?:y|ies)|abnormalit(?:y|ies)"
    r"|blemish(?:es)?|deviations?|problems?|issues?|anomalien?|defekte?n?|fehler[ns]?|fehlstellen?|sch[aä]den|schaden"
    r"|m[aä]ngeln?|besch[aä]digung(?:en)?|auff[aä]lligkeit(?:en)?|abweichung(?:en)?|unregelm[aä]ssigkeit(?:en)?"
    r"|缺陷|异常|異常|瑕疵|损坏|损伤|損壞|问题|問題|故障|破损|毛病)"
)
"""Things that are wrong."""

REGION_NOUNS = r"(?:regions?|areas? that differs?|regionen|bereiche?n?|区域|區域)"
"""Places that were marked: they are counted, and say nothing of what is wrong."""

DEFECTIVE = (
    r"\b(?:defective|faulty|damaged|broken|anomalous|abnormal|flawed|compromised|impaired|bad part|unusual|strange"
    r"|(?:some|any)thing (?:\w+ )?(?:wrong|unusual|suspicious|amiss|odd|off|strange)|amiss"
    r"|besch[aä]digt\w*|defekt(?:e[rsn]?)?|fehlerhaft\w*|schadhaft\w*|mangelhaft\w*|kaputt\w*"
    r"|auff[aä]llig\w*)\b|损坏的|坏的|坏了"
)
"""Said of a part: something is wrong with it."""

FLAWLESS = (
    r"\b(?:flawless|faultless|undamaged|unbroken|intact|pristine|spotless|unblemished|immaculate"
    r"|perfect(?:ly)?|normal"
    r"|healthy|unremarkable|non-?defective|(?:defect|damage|fault|flaw|anomaly|crack|scratch)[- ]free"
    r"|nothing (?:is |looks |seems )?(?:wrong|unusual|suspicious|amiss|odd|off|strange)"
    r"|nothing to (?:see|worry about|report)|unauff[aä]llig\w*|einwandfrei\w*|makellos\w*|fehlerfrei\w*|fehlerlos\w*"
    r"|unbesch[aä]digt\w*|intakt\w*|tadellos\w*|defektfrei\w*|schadenfrei\w*|m[aä]ngelfrei\w*|perfekt\w*)\b"
    r"|正常|完好|完美|无损|無損|没问题|沒問題|没有问题|沒有問題|无瑕|零缺陷"
)
"""Said of a part: nothing is wrong with it."""

ACCEPT = (
    r"(?<!n\.)(?<!n )\b(?:good(?! (?:parts|ones|references?|photos?|samples?|examples?|question|morning|day|afternoon"
    r"|evening|idea|point|luck|match|part (?:would|could|scores?)))|okay|ok|i\.? ?o\.?(?![a-z])"
    r"|fine(?! (?:line|scratch|crack"
    r"|hair|grain|detail|print))|accept(?:ed|able|s|ing)?|alright|all right|in order|pass(?:es"
    r"|ed)?(?! (?:on|through|over))"
    r"|conforming|conforms|usable|shippable|ship it|approved?(?! (?:photo|reference|part))|satisfactory"
    r"|meets (?:the |all )?"
    r"(?:spec|requirement|standard|criteri)\w*|gut|gut(?:es|er|em) teil(?! (?:k[aä]me|h[aä]tte|w[uü]rde))|gutteil"
    r"|in ordnung|akzeptabel\w*|akzeptier\w*|annehmen|annehmbar|angenommen|anzunehmen|bestanden"
    r"|besteht die|brauchbar\w*"
    r"|freigegeben|verwendbar)(?!\w)|(?<!不)合格|(?:是|为|属于|属於)一?个?良品|接受|通过|通過|可以使用"
    r"|可用|[\u2705\u2714\u2713\U0001f44d\U0001f197]"
)
"""Said of a part: it is good."""

REJECT = (
    r"\b(?:reject(?:s|ed|ion|ing)?|fail(?:s|ed|ing)?(?! to)|scrap(?:ped)?|unacceptable|inacceptable"
    r"|non-?conforming|ng|bad"
    r"|unusable|ablehn\w*|abgelehnt\w*|abzulehnen|zur[uü]ckgewiesen|zur[uü]ckzuweisen|ausschuss"
    r"|schlecht\w*|durchgefallen"
    r"|verschrott\w*|unbrauchbar\w*|inakzeptabel\w*|verworfen)\b|(?<![a-z])n\.? ?i\.? ?o\.?(?![a-z])"
    r"|不合格|拒绝|拒絕|拒收|报废"
    r"|報廢|不良品|次品|废品|[\u274c\u2716\U0001f44e\U0001f6ab]"
)
"""Said of a part: it is not good."""

REVIEW = (
    r"\b(?:verdict|decision|result|judg(?:e)?ment|urteil|entscheidung)\W{0,3}(?:is|was|lautet"
    r"|ist)?\W{0,3}(?:to |zu )?"
    r"(?:review|pr[uü]fen)\b|判定(?:为|為|是)?\W{0,2}复核"
    r"|\b(?:to be|be|needs?|needs? to be|sent|put|held|goes?) (?:back )?(?:for |to )?review(?:ed)?\b"
)
"""The verdict between both."""

KINDS: dict[str, str] = {
    "crack": r"\b(?:crack(?:s|ed|ing)?|fissures?|fractures?|riss(?:e|es|en)?|rissig\w*)\b|裂纹|裂缝|裂痕|开裂|裂紋",
    "scratch": r"\b(?:scratch(?:es|ed)?|scrapes?|kratzern?|zerkratzt\w*|schrammen?)\b|划痕|刮痕|擦伤|劃痕",
    "dent": r"\b(?:dents?|dented|dellen?|beulen?)\b|凹痕|凹陷|凹坑",
    "hole": r"(?<!bolt )(?<!screw )(?<!mounting )\b(?:holes?|punctures?|loch|l[oö]cher[n]?)\b|孔洞|穿孔|破洞",
    "stain": r"\b(?:stain(?:s|ed)?|smudges?|(?:dark|bright|red|black|white) spots?|flecken?)\b|污渍|污点|斑点|汙漬",
    "burr": r"\b(?:burrs?|grate?|gratbildung)\b|毛刺",
    "missing part": r"\b(?:missing (?:parts?|pieces?|components?|screws?|material)|fehlende\w* (?:teile?|stücke?"
    r"|schraube))\b|缺件|缺失",
    "chip": r"\b(?:chips?|chipped|abplatzung(?:en)?|abgeplatzt)\b|崩边|缺口",
    "dirt": r"\b(?:dirt|dirty|contaminat\w+|schmutz\w*|verschmutz\w*|verunreinig\w*)\b|污染|脏污|异物",
    "rust": r"\b(?:rust\w*|corro\w+|rost\w*|korro\w+)\b|锈|腐蚀",
    "discolouration": r"\b(?:discolou?r\w*|verf[aä]rb\w*)\b|变色",
    "deformation": r"\b(?:bent|deform\w+|warped|verbogen\w*|verzogen\w*)\b|弯曲|变形",
}
"""Kinds of defects by one name each, so that answers and labels of different languages can be compared."""

NEGATIONS = (
    r"\b(?:no|not|never|none|nothing|neither|without|cannot|lacks?|lacking|free (?:of|from)|absen(?:ce"
    r"|t)|hardly|barely"
    r"|fail(?:s|ed)? to|false that|untrue that|kein\w*|nicht|nie|niemals|nichts|ohne|weder|frei von|nirgends?)\b"
    r"|没有|沒有|没|沒|无|無|未|并非|並非|非|不(?!同|良|合格|过|仅|只)"
)
"""Each turns a clause round."""

NO_NEGATIONS = (
    r"\b(?:(?:there is |there's )?no doubt(?: that| about it)?|without (?:a |any )?doubt|no question(?: that)?"
    r"|not only|not just|no matter|whether or not|nothing but|no (?:less|fewer|more) than|not (?:less"
    r"|fewer|more) than"
    r"|(?:am|is|are) not (?:sure|certain)(?: if| whether| that)?|not clear (?:if|whether)"
    r"|(?:can ?not|can not|do not|could not) (?:tell|say|know|determine|be sure|rule out)(?: if| whether| that)?"
    r"|ohne (?:jeden )?zweifel|zweifellos|kein zweifel|nicht nur|nicht sicher,? ob"
    r"|nicht auszuschliessen)\b|毫无疑问|毫無疑問|不仅|不只"
)
"""Look like negations and are none."""

HEDGES = (
    r"\b(?:may|might|could|perhaps|maybe|possibl[ey]|probabl[ey]|likely|seems?|appears?|suspect\w*|unclear|not sure"
    r"|not certain|vielleicht|m[oö]glicherweise|eventuell|wahrscheinlich|vermutlich|k[oö]nnten?|scheint|unklar)\b"
    r"|可能|也许|也許|或许|似乎|大概"
)
"""Say that it is not certain."""

CONDITIONS = (
    r"^\W*(?:and |und |or |oder |even |auch )?(?:if|unless|whether|wenn|falls|sofern|ob)\b|^\W*(?:如果|若|假如|是否)"
)
"""Begin a clause that claims nothing."""

ELSEWHERE = (
    r"^\W*(?:the )?(?:rest|remainder|remaining|other (?:areas|parts|places|regions))\b|\belsewhere\b|\botherwise\b"
    r"|^\W*(?:der rest|die [uü]brigen?|das [uü]brige|sonst)\b|其余|其他(?:地方|部位|部分)|其它"
)
"""Speak of all but what was found."""

VERBS = (
    r"\b(?:is|are|was|were|be|been|has|have|had|shows?|lies?|measures?|differs?|found|finds?|exists?|looks?|seems?"
    r"|appears?|can|could|may|might|must|should|would|will|do|does|did|contains?|reaches|pass(?:es|ed)?"
    r"|fail(?:s|ed)?|see"
    r"|ist|sind|war|waren|hat|haben|gibt|liegt|liegen|misst|zeigt|weist|wurden?|wird|fand|kann"
    r"|k[oö]nnte|sieht|scheint|muss"
    r"|besteht|weicht|erreicht|befindet)\b"
)
"""Make words a clause of their own."""

YES = (
    r"^\W*(?:yes|yeah|yep|yup|correct|right|true|indeed|sure|certainly|absolutely|definitely|exactly"
    r"|of course|ja|jawohl|genau|richtig|stimmt|doch|是的?|对|對|有(?=[。，,!. ]|$)|没错)(?=\W|$)"
)
NO = (
    r"^\W*(?:nope|no|nah|negative|wrong|incorrect|nein|falsch|不是?(?=[。，,!. ]|$)|没有?(?=[。，,!. ]|$)"
    r"|否|無(?=[。，,]|$))(?=\W|$)"
)
"""Answer a question by themselves."""

NUMBERS: dict[str, int] = {
    **{
        word: value
        for value, words in enumerate(
            (
                "zero null 零",
                "one eins 一",
                "two zwei 二 两 兩",
                "three drei 三",
                "four vier 四",
                "five fünf 五",
                "six sechs 六",
                "seven sieben 七",
                "eight acht 八",
                "nine neun 九",
                "ten zehn 十",
                "eleven elf 十一",
                "twelve zwölf 十二",
            )
        )
        for word in words.split()
    },
    "single": 1,
    "einziger": 1,
    "einzige": 1,
    "einzigen": 1,
    "dozen": 12,
}
"""Numbers in words."""

MANY = (
    r"\b(?:several|multiple|many|numerous|a few|a couple of|various|both|countless|mehrere|viele|etliche"
    r"|einige|zahlreiche|beide)\b|多个|多處|多处|许多|几个|若干"
)
"""Stand for two or more."""

PLACES: tuple[tuple[str, str], ...] = (
    ("top left",
        r"(?:top|upper)[- ]?(?:left)|left[- ](?:top|upper)|north-?west|(?:oben|obere[nrs]?) ?,? ?(?:links"
        r"|linke[nrs]?)|links ?,? ?oben|linke[nrs]? obere[nrs]?|左上|左侧上|左邊上"),
    ("top right",
        r"(?:top|upper)[- ]?(?:right)|right[- ](?:top|upper)|north-?east|(?:oben"
        r"|obere[nrs]?) ?,? ?(?:rechts|rechte[nrs]?)|rechts ?,? ?oben|rechte[nrs]? obere[nrs]?|右上|右侧上"),
    ("bottom left",
        r"(?:bottom|lower)[- ]?(?:left)|left[- ](?:bottom|lower)|south-?west|(?:unten"
        r"|untere[nrs]?) ?,? ?(?:links|linke[nrs]?)|links ?,? ?unten|linke[nrs]? untere[nrs]?|左下"),
    ("bottom right",
        r"(?:bottom|lower)[- ]?(?:right)|right[- ](?:bottom|lower)|south-?east|(?:unten"
        r"|untere[nrs]?) ?,? ?(?:rechts|rechte[nrs]?)|rechts ?,? ?unten|rechte[nrs]? untere[nrs]?|右下"),
    ("top", r"(?:top|upper)[- ](?:cent(?:er|re)|middle)|obere[nrs]? mitte|oben ?,? ?(?:in der )?mitte|上方中间|中上"),
    ("bottom", r"(?:bottom|lower)[- ](?:cent(?:er|re)|middle)|untere[nrs]? mitte|unten ?,? ?(?:in der )?mitte|中下"),
    ("left", r"(?:cent(?:er|re)|middle)[- ]left|left[- ](?:cent(?:er|re)|middle)|linke[nrs]? mitte|中左|左中"),
    ("right", r"(?:cent(?:er|re)|middle)[- ]right|right[- ](?:cent(?:er|re)|middle)|rechte[nrs]? mitte|中右|右中"),
    ("center", r"\b(?:cent(?:er|re)|middle|central|mitte|zentrum|mittig|mittleren?)\b|中间|中央|中心|中部|正中"),
    ("top",
        r"\b(?:top(?! of)(?!-)|upper(?! limit)|topmost|oben|obere[nrs]?|oberste[nrs]?)\b|上方|上部|顶部"
        r"|上侧|上面"),
    ("bottom",
        r"\b(?:bottom|lower(?! (?:than|limit|score))|unten|untere[nrs]?|unterste[nrs]?)\b|下方|下部|底部"
        r"|下侧|下面"),
    ("left",
        r"\b(?:(?:on|at|to|in|near|towards?) (?:the |its )?(?:far |very )?left|left(?:most|-hand| (?:side"
        r"|edge|part|half|border|hand|third|corner|area))|linke[nrs]?|links(?! to))\b|左侧|左边|左邊|左面"
        r"|左方|左部"),
    ("right",
        r"\b(?:(?:on|at|to|in|near|towards?) (?:the |its )?(?:far |very )?right(?! (?:one|part|product"
        r"|size))|right(?:most|-hand| (?:side|edge|half|border|hand|third|corner|area))|rechte[nrs]?"
        r"|rechts)\b|右侧|右边|右邊|右面|右方|右部"),
)  # fmt: skip
"""Words of the 3 x 3 grid, those of two parts first: what matched is taken out before the next is tried."""

UNITS: dict[str, float] = {
    r"nanomet(?:er|re)s?|nanometern?|nm|纳米": 1e-6,
    r"micromet(?:er|re)s?|mikrometern?|microns?|μm|um|微米": 1e-3,
    r"millimet(?:er|re)s?|millimetern?|mm|毫米|公厘": 1.0,
    r"centimet(?:er|re)s?|zentimetern?|cm|厘米|公分": 10.0,
    r"decimet(?:er|re)s?|dezimetern?|dm|分米": 100.0,
    r"kilomet(?:er|re)s?|kilometern?|km|公里": 1e6,
    r"inch(?:es)?|zoll|英寸": 25.4,
    r"feet|foot|ft|英尺": 304.8,
    r"mils?|thou": 0.0254,
    r"met(?:er|re)s?|metern?|m|米": 1000.0,
}
"""Units of length in millimetres; pixels are apart, since only a product's scale turns one into the other."""

PIXELS = r"pixels?|pixeln|px|像素"

_FOREIGN_WORDS = """
oui non le les des une est pas aucun aucune avec dans sur pour pièce piece bonne bon défaut defaut défauts el
los las una uno está esta sí hay ningún ninguna ningun en del por pieza buena bueno defecto defectos anomalía
anomalia il lo gli è nessun nessuna difetto difetti della nella pezzo buono buona uma é não nao há nenhum
nenhuma defeito peça boa bom sim een het niet geen goed onderdeel fout nee jest nie dobra część wada tak och är
inte ingen bra ikke godt bir yok var iyi parça hata değil není žádná vada dobrý ei ole viallinen hyvä
"""
FOREIGN = frozenset(_FOREIGN_WORDS.split())
"""Small words of languages that cannot be checked here; none that English or German has as well."""
