"""German questions and answers."""

from __future__ import annotations

from inference.dialogue.phrasebook import AnswerTexts, Choice, Intent, Phrasebook, QuestionPatterns

_SMALL_WORDS = (
    "aber alle als am an auf aus auch bei bin bitte da das dass dem den der des die dies diese dieser dieses "
    "du ein eine einen einem einer er es für gibt hat habe hast ich ihr im in irgendein irgendeine "
    "irgendwelche ist ja kann kein keine man mehr mit mir nein nicht noch nun nur ob oder sein sich sie sind "
    "soll so und uns vom von vor warum was weil welche welchen welcher welches wenn wer wie wieso wir wird wo "
    "woher womit worauf wurde wurden zu zum zur zeig zeige"
)

_PATTERNS = QuestionPatterns(
    function_words=frozenset(_SMALL_WORDS.split()),
    intents={
        Intent.COUNT: r"\bwie ?viele?\b(?!.*\b(teile?|gutteile?|referenz\w*|fotos?|bilder?|pixel)\b)|\banzahl\b"
        r"|\bzahl der\b|\bmehrere\b|\bmehr als eine?\b|\b(gibt es|sind es|sind da) (\d+|zwei|drei|vier|fünf"
        r"|noch mehr)\b",
        Intent.WHERE: r"\bwo\b|\bwelche[rmns]? (stelle|ecke|seite|ort)\b|\bposition\b|\blage\b|\bzeige?\b|\bbefinde\w+",
        Intent.SIZE: r"\bwie (groß|gross|lang|breit|hoch|klein|weit)\b|\b(größe|grösse|groesse|fläche|flaeche"
        r"|abmessung\w*|maße|ausdehnung|durchmesser|mm|millimeter)\b",
        Intent.STRENGTH: r"\bwie (schlimm|stark|schwer|ernst|tief|gravierend|deutlich|kritisch)\b|\bschwere\b"
        r"|\bstärke\b|\bspitzenwert\b|\bschweregrad\b",
        Intent.KIND: r"\bwelche[rmns]? (art|fehler|defekt|schaden|typ|sorte)\b|\bwas für\b|\bwas ist (das|es|da|dort"
        r"|kaputt)\b|\bart (des|von|der)\b|\bworum handelt\b|\bum was\b|\bwas genau\b|\bwonach sieht\b",
        Intent.CAUSE: r"\bursachen?\b|\bwoher\b|\bwodurch\b|\bwie (ist|konnte|kann) (das|es|so was) passier\w+"
        r"|\bentstanden\b|\bverursach\w+|\bschuld\b|\b(warum|wieso) (ist|sind|gibt es) (da|dort|hier|eine?|einen)\b",
        Intent.GOOD: r"\b(gut|ok|okay|in ordnung|i\. ?o\.|n\. ?i\. ?o\.|brauchbar|verwendbar|akzeptabel|akzeptiert"
        r"|angenommen|abgelehnt|zurückgewiesen|ausschuss|urteil|verdikt|befund|bestanden|durchgefallen|passt"
        r"|entscheidung|ergebnis|gutteil|schlechtteil)\b",
        Intent.WHY: r"\b(warum|wieso|weshalb|weswegen|grund|gründe|begründ\w+|erklär\w+)\b",
        Intent.SURE: r"\b(sicher\w*|gewiss|zuverlässig\w*|verlässlich\w*|wahrscheinlich\w*|vertrau\w*|p-?wert|score"
        r"|punktzahl|punktwert|punkte|bewertung|wert|grenzwert|grenze|limit|schwelle|zusage|versprechen|fehlalarm\w*"
        r"|genau|zweifel|irrtum|irren|gutteile|gute teile|guten teile)\b",
        Intent.NEXT: r"\bwas (nun|jetzt|tun|soll\w*|mache\w*|muss|müssen|kann ich|können wir|als nächstes"
        r"|empfiehlst)\b|\bwie (weiter|geht es weiter|gehe ich vor|weiter vorgehen)\b|\bnächste[rn]? schritt\w*"
        r"|\bsoll(en)? (ich|wir)\b|\bempf[ie]e?hl\w*|\bnacharbeit\w*|\brepar\w+|\bverschrott\w+|\bzu tun\b"
        r"|\bist zu machen\b",
        Intent.COMPARE: r"\bvergl[ei]+ch\w*|\bvergl\w+|\breferenz\w*|\bähnlich\w*|\bunterschie?d\w*|\bunterscheide\w*"
        r"|\babweich\w*|\bweicht\b",
        Intent.SUMMARY: r"\bbeschreib\w*|\bzusammenfass\w*|\bfasse\b|\büberblick\b|\bübersicht\b|\berzähl\w*"
        r"|\bdetails\b|\bwas (siehst|hast) du\b|\bwas (wurde|hat|ist) .*gefunden\b|\balles\b",
        Intent.SELF: r"\bwer bist du\b|\bwas bist du\b|\bbist du (ein|eine)\b|\bwoher weißt\b|\bwelches modell\b"
        r"|\bsprachmodell\b|\bkannst du .*sehen\b",
        Intent.HELP: r"\bhilfe\b|\bwas kann ich (dich )?fragen\b|\bwas kannst du\b|\bwas weißt du\b",
        Intent.HELLO: r"^\W*(hallo|guten (tag|morgen|abend)|moin|servus|grüß\w*)\b",
        Intent.THANKS: r"\bdanke?\b|\bvielen dank\b",
    },
    defects=r"\b(anomali\w*|fehler\w*|defekt\w*|schäden|schaden|schadhaft|beschädig\w*|mangel|mängel|mangelhaft"
    r"|auffällig\w*|problem\w*|kaputt|unregelmäßig\w*|bereiche?n?|regione?n?)\b",
    kinds=r"\b(riss\w*|kratzer\w*|delle\w*|beule\w*|loch|löcher|fleck\w*|grat\w*|fehlend\w*|fehlt|schmutz\w*|rost\w*"
    r"|verfärb\w*|abplatz\w*|verunreinig\w*|verbogen|bruch|brüche|fussel\w*|faser\w*)\b",
    choices={
        Choice.LARGEST: r"größte|grösste|groesste|\blängste|\bbreiteste",
        Choice.SMALLEST: r"kleinste|\bkürzeste",
        Choice.STRONGEST: r"stärkste|schlimmste|deutlichste|schwerste|auffälligste|wichtigste",
        Choice.WEAKEST: r"schwächste",
        Choice.LAST: r"\bletzte",
        Choice.OTHER: r"\bandere[nrs]?\b(?! (teil|foto|produkt)\w*)",
        Choice.NEXT: r"\bnächste[nrs]? (stelle|bereich|region|fehler|defekt|anomalie)",
        Choice.PREVIOUS: r"\b(vorige|vorherige)[nrs]? ",
        Choice.ALL: r"\b(alle|allen|jede[rsnm]?|beide[nr]?|diesen|deren|bereiche|regionen|stellen|defekte|anomalien"
        r"|schäden|(sind|liegen|messen) sie)\b",
    },
    numbers=r"\b(?:bereich|region|stelle|nummer|nr\.?|fehler|defekt) ?#? ?(\d+)\b|# ?(\d+)\b|\b(\d+)\.(?=\s|$|\?)"
    r"|^\s*(\d+)\s*\??\s*$",
    ordinals={
        1: r"\berste[nrsm]?\b|\b(nummer|bereich) eins\b",
        2: r"\bzweit(e[nrsm]?\b|größte|grösste|kleinste|stärkste)|\b(nummer|bereich) zwei\b",
        3: r"\bdritt(e[nrsm]?\b|größte|grösste|kleinste|stärkste)|\b(nummer|bereich) drei\b",
        4: r"\bviert(e[nrsm]?\b|größte|kleinste|stärkste)",
        5: r"\bfünft(e[nrsm]?\b|größte|kleinste|stärkste)",
        6: r"\bsechste[nrsm]?\b",
        7: r"\bsiebte[nrsm]?\b",
        8: r"\bachte[nrsm]?\b",
        9: r"\bneunte[nrsm]?\b",
        10: r"\bzehnte[nrsm]?\b",
    },
    places={
        "top left": r"\b(oben links|links oben|linke obere|obere linke)\w*",
        "top right": r"\b(oben rechts|rechts oben|rechte obere|obere rechte)\w*",
        "bottom left": r"\b(unten links|links unten|linke untere|untere linke)\w*",
        "bottom right": r"\b(unten rechts|rechts unten|rechte untere|untere rechte)\w*",
        "center": r"\b(mitte|zentrum|mittlere\w*|zentral)\b",
        "top": r"\b(oben|obere\w*|oberste\w*)\b",
        "bottom": r"\b(unten|untere\w*|unterste\w*)\b",
        "left": r"\b(links|linke\w*)\b",
        "right": r"\b(rechts|rechte\w*)\b",
    },
)

_ANSWERS = AnswerTexts(
    decimal_mark=",",
    places={
        "top left": "oben links",
        "top": "oben",
        "top right": "oben rechts",
        "left": "links",
        "center": "in der Mitte",
        "right": "rechts",
        "bottom left": "unten links",
        "bottom": "unten",
        "bottom right": "unten rechts",
    },
    verdicts={"accept": "Annehmen", "review": "Prüfen", "reject": "Ablehnen"},
    decisions={
        "accept": "gut",
        "use-as-is": "verwenden wie es ist",
        "rework": "nacharbeiten",
        "scrap": "verschrotten",
        "return": "zurück an den Lieferanten",
    },
    gates={
        "blurred": "das Foto ist unscharf; stellen Sie die Schärfe nach",
        "exposure": "das Foto ist viel heller oder dunkler als die Referenzen; sehen Sie nach Licht und Belichtung",
        "resolution": "das Foto ist anders groß als die Referenzen; nehmen Sie dieselbe Kamera und denselben Abstand",
        "other-product": "das Foto sieht nicht nach diesem Produkt aus; sehen Sie nach, ob das richtige gewählt ist",
        "part-missing": "ein Teil dessen, was die Referenzen zeigen, ist nicht auf dem Foto; vielleicht fehlt das Teil "
        "oder ist abgeschnitten",
        "areas-not-placed": "die gezeichneten Flächen ließen sich auf diesem Foto nicht wiederfinden; sehen Sie nach, "
        "wie "
        "das Teil liegt",
    },
    last_comma=" und ",
    texts={
        "verdict": "Das Urteil lautet {verdict}: Punktzahl {score}, Grenze {limit}.",
        "no_verdict": "Es gibt kein Urteil, weil das Foto mit nichts verglichen wurde.",
        "yes": "Ja.",
        "perhaps": "Vielleicht.",
        "no": "Nein.",
        "found_none": "Die Inspektion fand keinen Bereich, der von den guten Teilen abweicht.",
        "found_one": "Die Inspektion fand 1 Bereich, der von den guten Teilen abweicht.",
        "found_many": "Die Inspektion fand {count} Bereiche, die von den guten Teilen abweichen.",
        "strongest_first": "Der stärkste zuerst:",
        "region": "Bereich {number} {clauses}.",
        "lies": "liegt {place}",
        "measures": "misst {size}",
        "reaches": "erreicht das {peak}-Fache der Grenze",
        "labelled": "trägt die Bezeichnung „{label}“",
        "size_px": "{width} x {height} px (Fläche {area} px)",
        "size_mm": "{width} x {height} mm (Fläche {area} mm²)",
        "more": "{count} schwächere stehen hier nicht; die Liste der Bereiche zeigt sie.",
        "no_such": "Einen solchen Bereich gibt es nicht.",
        "none_there": "Keiner davon liegt dort.",
        "kind_unknown": "Welche Art von Fehler es ist, sagen die Fakten nicht: Die Inspektion misst, wo das Teil von "
        "guten "
        "Teilen abweicht, nicht, was die Abweichung ist.",
        "named_kind": "Ob es das ist, was Sie nennen, sagen die Fakten nicht.",
        "nothing_named": "Nach bestimmten Arten von Fehlern sucht sie nicht.",
        "cause_unknown": "Was die Ursache ist, sagen die Fakten nicht; das weiß nur, wer die Fertigung des Teils "
        "kennt.",
        "severity_unknown": "Wie sehr das der Funktion des Teils schadet, sagen die Fakten nicht.",
        "good_accept": "Nach dieser Inspektion ja.",
        "good_review": "Das ist offen: Ein Mensch muss es ansehen.",
        "good_reject": "Nach dieser Inspektion nein.",
        "decided": "Ein Mensch hat danach entschieden: {decision}.",
        "why_accept": "Weil die Punktzahl unter der Grenze liegt und nichts gegen das Foto spricht.",
        "why_review": "Weil die Punktzahl der Grenze zu nahe kommt, um es der Maschine zu überlassen.",
        "why_gates": "Wegen des Fotos muss ein Mensch es ansehen: {gates}.",
        "why_reject": "Weil die Punktzahl nicht unter der Grenze liegt: Das Teil weicht zu sehr von den guten Teilen "
        "ab.",
        "sure_p": "Ein gutes Teil käme mit einer Wahrscheinlichkeit von {p} auf diese Punktzahl oder mehr.",
        "promise": "Die Grenze soll höchstens {share} der guten Teile aufhalten; sie beruht auf {parts}.",
        "one_part": "1 guten Teil",
        "many_parts": "{count} guten Teilen",
        "provisional": "Das ist vorläufig; mehr gute Teile machen es sicherer.",
        "less_than": "weniger als {value}",
        "next_accept": "Mehr ist nicht nötig. Sehen Sie selbst einen Fehler, so halten Sie Ihre Entscheidung mit "
        "einem Grund "
        "fest.",
        "next_review": "Sehen Sie sich das Teil selbst an, vergleichen Sie es mit der Referenz und halten Sie Ihre "
        "Entscheidung mit einem Grund fest.",
        "next_gates": "Bringen Sie zuerst das Foto in Ordnung und inspizieren Sie das Teil noch einmal: {gates}.",
        "next_reject": "Legen Sie das Teil beiseite, sehen Sie sich das Markierte an und halten Sie Ihre Entscheidung "
        "mit "
        "einem Grund fest: nacharbeiten, verschrotten, zurückgeben oder verwenden wie es ist. Ist es ein gutes Teil, "
        "so "
        "sagen Sie das und nehmen Sie sein Foto zu den Referenzen.",
        "next_none": "Wählen Sie ein Produkt und inspizieren Sie das Foto damit.",
        "compared": "Das Foto wurde mit {references} verglichen.",
        "of_product": "Das Produkt ist „{product}“, Version {version}.",
        "one_reference": "1 Referenz",
        "many_references": "{count} Referenzen",
        "nearest": "Am ähnlichsten ist es „{name}“.",
        "no_references": "Das Foto wurde mit nichts verglichen.",
        "query_found": "Die Wörter „{text}“ wurden gefunden: {places}.",
        "query_none": "Die Wörter „{text}“ wurden nicht gefunden.",
        "notes": "In den Notizen zum Produkt steht: „{notes}“",
        "self": "Ich fasse die Fakten dieser Inspektion in Sätze. Es wird kein Sprachmodell gefragt, und ich sehe das "
        "Foto "
        "nicht.",
        "help": "Ich antworte aus den Fakten dieser Inspektion. Fragen Sie mich: Gibt es einen Fehler, wo ist er, wie "
        "viele "
        "sind es, wie groß ist er, wie sicher ist das, warum dieses Urteil, was nun, oder womit wurde verglichen.",
        "not_understood": "Das kann ich nicht beantworten.",
        "hello": "Guten Tag.",
        "thanks": "Gern geschehen.",
        "corrected": "Aus dem Protokoll berichtigt: {sentence}",
        "added": "Aus dem Protokoll: {sentence}",
        "named_by_model": "(Der Name des Fehlers stammt vom Modell; die Inspektion misst ihn nicht.)",
    },
)

GERMAN = Phrasebook("de", _PATTERNS, _ANSWERS, r"\bbereich (\d+)\b")
