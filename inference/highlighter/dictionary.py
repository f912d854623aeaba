"""The words people use for each concept, in seven languages. Data only; how they are matched is left to `words`.

Base forms in lower case; plurals where they are not one or two letters longer. Add words here, one line per language.
"""

from __future__ import annotations

from collections.abc import Mapping

from inference.highlighter.concepts import Concept

WORDS: Mapping[Concept, Mapping[str, str]] = {
    Concept.CRACK: {
        "en": "crack, cracks, cracking, cracked, fracture, fissure, hairline, hairline crack, break, split, rupture,"
        " cut, cuts",
        "de": "riss, risse, riß, haarriss, haarrisse, rissbildung, bruch, sprung, spalt, schnitt",
        "fr": "fissure, fissures, fêlure, crique, craquelure, fente, rupture, coupure",
        "es": "grieta, grietas, fisura, fisuras, rajadura, fractura, rotura, corte",
        "zh": "裂纹, 裂缝, 裂痕, 开裂, 龟裂, 断裂, 裂",
        "ja": "亀裂, ひび, ひび割れ, クラック, 割れ, 裂け目",
        "ko": "균열, 크랙, 금, 갈라짐, 틈",
    },
    Concept.SCRATCH: {
        "en": "scratch, scratches, scratching, scratched, scrape, scuff, scuffs, score mark, scoring, abrasion,"
        " scuff mark",
        "de": "kratzer, kratzspur, kratzspuren, schramme, schrammen, riefe, riefen, schleifspur, abrieb",
        "fr": "rayure, rayures, éraflure, éraflures, griffure, égratignure",
        "es": "rayón, rayones, arañazo, arañazos, rasguño, rasguños, raya, ralladura",
        "zh": "划痕, 刮痕, 擦伤, 划伤, 刮伤, 擦痕",
        "ja": "傷, キズ, きず, 擦り傷, スクラッチ, 引っかき傷, 線傷",
        "ko": "긁힘, 스크래치, 흠집, 찰과",
    },
    Concept.FIBRE: {
        "en": "fibre, fibres, fiber, fibers, hair, thread, lint, fluff, filament",
        "de": "faser, fasern, fussel, fusseln, haar, haare, faden, fäden, flusen",
        "fr": "fibre, fibres, cheveu, cheveux, fil, peluche, poil",
        "es": "fibra, fibras, hilo, hilos, pelo, pelos, pelusa, hebra",
        "zh": "纤维, 毛发, 线头, 毛絮, 绒毛",
        "ja": "繊維, 毛, 髪の毛, 糸くず, 糸, ファイバー",
        "ko": "섬유, 실, 머리카락, 보풀, 털",
    },
    Concept.HOLE: {
        "en": "hole, holes, pinhole, pin-hole, pin hole, puncture, perforation, poke, drill hole",
        "de": "loch, löcher, nadelloch, einstich, durchstich",
        "fr": "trou, trous, perforation, piqûre",
        "es": "agujero, agujeros, orificio, perforación, pinchazo, hoyo",
        "zh": "孔, 洞, 孔洞, 针孔, 破洞, 穿孔",
        "ja": "穴, 孔, ピンホール, 穿孔",
        "ko": "구멍, 핀홀, 홀",
    },
    Concept.POROSITY: {
        "en": "porosity, pore, pores, pitting, pit, pits, blowhole, blowholes, gas pore, void, voids, cavity, cavities,"
        " shrinkage",
        "de": "porosität, pore, poren, lunker, gaspore, gasporen, hohlraum, hohlräume",
        "fr": "porosité, pore, pores, soufflure, soufflures, retassure, cavité",
        "es": "porosidad, poro, poros, rechupe, sopladura, cavidad",
        "zh": "气孔, 孔隙, 砂眼, 缩孔, 疏松, 麻点",
        "ja": "気孔, 巣, 鋳巣, ポロシティ, ボイド, ピット",
        "ko": "기공, 기포공, 다공성, 공극, 피트",
    },
    Concept.BUBBLE: {
        "en": "bubble, bubbles, blister, blisters, blistering, air pocket",
        "de": "blase, blasen, luftblase, luftblasen, luftpolster, lufteinschluss",
        "fr": "bulle, bulles, cloque, cloques, boursouflure",
        "es": "burbuja, burbujas, ampolla, ampollas",
        "zh": "气泡, 起泡, 泡, 鼓泡",
        "ja": "気泡, 泡, ブリスター, 膨れ",
        "ko": "기포, 거품, 물집, 버블",
    },
    Concept.STAIN: {
        "en": "stain, stains, staining, stained, spot, spots, blotch, smudge, smear, mark, marks, discolouration,"
        " discoloration, oil, water mark, splash",
        "de": "fleck, flecken, verfärbung, verfärbungen, schmierfleck, ölfleck, wasserfleck, verschmierung",
        "fr": "tache, taches, salissure, décoloration, auréole, bavure d'encre",
        "es": "mancha, manchas, decoloración, salpicadura",
        "zh": "污渍, 斑点, 污点, 污迹, 变色, 油污, 水渍, 斑",
        "ja": "染み, しみ, シミ, 汚れ, 変色, 斑点, 油汚れ",
        "ko": "얼룩, 변색, 오점, 자국, 반점",
    },
    Concept.RUST: {
        "en": "rust, rusty, corrosion, corroded, oxidation, oxide, rust spot",
        "de": "rost, rostfleck, rostflecken, korrosion, oxidation, flugrost",
        "fr": "rouille, corrosion, oxydation",
        "es": "óxido, oxidación, corrosión, herrumbre, orín",
        "zh": "锈, 锈斑, 锈蚀, 生锈, 腐蚀, 氧化",
        "ja": "錆, さび, サビ, 腐食, 酸化",
        "ko": "녹, 부식, 산화",
    },
    Concept.CONTAMINATION: {
        "en": "contamination, contaminant, contaminants, dirt, dirty, dust, foreign body, foreign object, foreign"
        " material, debris, particle, particles, glue, residue, inclusion, inclusions",
        "de": "verunreinigung, verunreinigungen, verschmutzung, schmutz, dreck, staub, fremdkörper, fremdpartikel,"
        " partikel, klebstoff, kleber, rückstand, rückstände, einschluss, einschlüsse",
        "fr": "contamination, saleté, poussière, corps étranger, particule, particules, colle, résidu, inclusion",
        "es": "contaminación, suciedad, polvo, cuerpo extraño, partícula, partículas, pegamento, residuo, inclusión",
        "zh": "污染, 脏污, 灰尘, 异物, 杂质, 颗粒, 胶水, 残胶, 残留, 夹杂",
        "ja": "汚染, 異物, ほこり, ゴミ, ごみ, 粒子, 接着剤, 残渣, 介在物",
        "ko": "오염, 이물, 이물질, 먼지, 입자, 접착제, 잔여물, 개재물",
    },
    Concept.WRONG_COLOUR: {
        "en": "wrong colour, wrong color, colour, color, colour defect, color defect, colour deviation, tint, shade",
        "de": "falsche farbe, farbe, farbfehler, farbabweichung, farbton",
        "fr": "mauvaise couleur, couleur, défaut de couleur, teinte",
        "es": "color incorrecto, color equivocado, color, defecto de color, tono",
        "zh": "颜色, 颜色错误, 色差, 错色, 颜色异常",
        "ja": "色, 色違い, 色むら, 色ムラ, 色不良",
        "ko": "색상, 색, 색상 불량, 색차, 잘못된 색",
    },
    Concept.DENT: {
        "en": "dent, dents, dented, dint, ding, bump, deformation, bend, bent, fold, folds, crease, creases, wrinkle,"
        " wrinkles, impression",
        "de": "delle, dellen, beule, beulen, druckstelle, druckstellen, verformung, falte, falten, knick, eindruck",
        "fr": "bosse, bosses, creux, enfoncement, déformation, pli, plis",
        "es": "abolladura, abolladuras, golpe, deformación, pliegue, pliegues, arruga, arrugas",
        "zh": "凹痕, 凹陷, 压痕, 碰伤, 变形, 褶皱, 折痕",
        "ja": "凹み, へこみ, 打痕, 変形, しわ, シワ, 折り目",
        "ko": "찍힘, 움푹, 눌림, 변형, 주름, 접힘",
    },
    Concept.CHIP: {
        "en": "chip, chips, chipped, chipping, nick, nicks, breakout, broken edge, spall, spalling",
        "de": "ausbruch, ausbrüche, abplatzer, abplatzung, abplatzungen, kantenausbruch, absplitterung, scharte",
        "fr": "éclat, éclats, ébréchure, écaillage, épaufrure",
        "es": "desportilladura, desconchado, mella, mellas, astilla, desprendimiento",
        "zh": "崩边, 缺口, 崩口, 剥落, 掉块, 崩缺",
        "ja": "欠け, 欠け目, チッピング, 剥がれ, 剥離",
        "ko": "깨짐, 이빠짐, 칩핑, 박리, 치핑",
    },
    Concept.BURR: {
        "en": "burr, burrs, flash, fin, sharp edge, spur, spurs",
        "de": "grat, grate, gußgrat, gussgrat, pressgrat, schwimmhaut",
        "fr": "bavure, bavures, ébarbure, barbe",
        "es": "rebaba, rebabas, viruta pegada",
        "zh": "毛刺, 飞边, 披锋, 毛边",
        "ja": "バリ, ばり, かえり",
        "ko": "버, 버어, 거스러미, 플래시",
    },
    Concept.MISSING_PART: {
        "en": "missing part, missing, missing component, missing feature, missing screw, missing hole, absent part,"
        " incomplete",
        "de": "fehlendes teil, fehlteil, fehlteile, fehlend, fehlende schraube, fehlende bohrung, unvollständig",
        "fr": "pièce manquante, manquant, élément manquant, vis manquante, incomplet",
        "es": "pieza faltante, falta, faltante, parte faltante, tornillo faltante, incompleto",
        "zh": "缺件, 漏装, 缺失, 少件, 缺料, 零件缺失",
        "ja": "欠品, 部品欠落, 欠落, 部品不足, 取付け漏れ",
        "ko": "누락, 부품 누락, 결품, 미삽",
    },
    Concept.MISPRINT: {
        "en": "misprint, misprints, print defect, printing defect, printing error, smeared print, missing print",
        "de": "fehldruck, fehldrucke, druckfehler, druckbild",
        "fr": "défaut d'impression, erreur d'impression, mauvaise impression",
        "es": "error de impresión, defecto de impresión, mala impresión",
        "zh": "印刷缺陷, 印刷错误, 漏印, 错印, 印刷不良",
        "ja": "印刷不良, 印字不良, 誤印刷, ミスプリント, 印刷ミス",
        "ko": "인쇄 불량, 오인쇄, 인쇄 오류",
    },
}

_FILLERS = """
a an the any some all of on in with and show find highlight mark me please small big large tiny fine deep long
ein eine einen der die das den alle zeige finde markiere bitte kleine kleiner große großer feine feiner tiefe
un une le la les des du tous montre trouve petite petit grande grand fine
el los las unos unas todos muestra busca pequeña pequeño
"""
FILLERS = frozenset(_FILLERS.split())
"""Words that may stand beside the name of a concept without changing it."""
