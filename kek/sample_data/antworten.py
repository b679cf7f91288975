"""What the example answers: the weighing of ideas by their number in `ideen.csv`, and texts of the other rounds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """A weighing: what is wished for, why it is decided so, and the numbers of the entries it flowed into."""

    summary: str
    reason: str
    flows_into: tuple[str, ...] = ()
    proposal: str = "Dem Vorschlag der zuständigen Stelle folgen."


ANSWERS = {
    1: Answer(
        "Eine Busfahrt von Torgau nach Arzberg am späten Abend.",
        "Eine feste Fahrt um 21 Uhr lässt sich mit den vorhandenen Fahrzeugen nicht darstellen. Der Rufbus soll aber künftig bis "
        "22 Uhr fahren; damit ist Arzberg auch abends erreichbar.",
        ("M 4.02", "Z 7.1"),
    ),
    2: Answer(
        "Ein gemeinsames Ärztehaus, damit Praxen eine Nachfolge finden.",
        "Der Vorschlag passt zum Ziel, dass die nächste Hausarztpraxis in höchstens 20 Minuten erreichbar ist. Wir nehmen "
        "Praxisräume zur Miete in die Maßnahme für angehende Landärztinnen und Landärzte auf.",
        ("M 3.01", "B 3.1"),
    ),
    3: Answer(
        "Ein Dach, Licht und abschließbare Boxen für Fahrräder am Bahnhof.",
        "Die Ausstattung der Bahnhöfe mit Abstellanlagen ist Teil der Taktbusse und ihrer Verknüpfung mit der Bahn; Beilrode steht "
        "dort schon auf der Liste.",
        ("M 4.01",),
    ),
    4: Answer(
        "Ein Jugendraum im leer stehenden Bahnhof.",
        "Das Gebäude gehört der Stadt und muss erst gesichert werden. Bis dahin hilft das Vereinsbüro, einen Raum in der "
        "Mehrzweckhalle zu bekommen.",
        ("M 3.04",),
    ),
    6: Answer(
        "Leere Handwerkerhöfe als Werkstätten auf Zeit.",
        "Eine gute Ergänzung zur Nachfolgebörse: Höfe ohne Nachfolge sollen dort auch für ein Jahr auf Probe angeboten werden.",
        ("M 1.01", "B 1.1"),
    ),
    8: Answer(
        "Ein Radweg zwischen Doberschütz und Eilenburg.",
        "Die Strecke schließt eine Lücke zwischen Bahnhof und Muldetal. Sie wird in das Ziel der lückenlosen Radwege aufgenommen.",
        ("Z 7.2", "M 4.03"),
    ),
    9: Answer(
        "Ein von Bürgerinnen und Bürgern getragener Dorfladen mit Post.",
        "Für Laden und Treffpunkt gibt es Beratung und Anschubhilfe. Über eine Poststelle entscheidet das Unternehmen; wir "
        "unterstützen den Antrag.",
        ("M 3.03", "B 3.2"),
    ),
    10: Answer(
        "Eine Insel in der Straße und Tempo 30 vor der Kita.",
        "Über Tempo und Umbau entscheidet die Verkehrsbehörde im Einzelfall, nicht das Entwicklungskonzept. Wir haben Ihren "
        "Hinweis dorthin weitergegeben.",
    ),
    12: Answer(
        "Parkplatz, Toiletten und Mülleimer am Kiessee.",
        "Der See gehört einem Betrieb, der noch Kies abbaut. Wir nehmen den Hinweis in die Gespräche über die Zeit danach mit.",
    ),
    13: Answer(
        "Mehr Wagen und ein dichterer Takt der S-Bahn.",
        "Das Angebot der S-Bahn bestellt der Zweckverband. Wir haben ihm Ihren Wunsch mit Angaben zu den Zügen übermittelt.",
    ),
    14: Answer(
        "Ein Tag der offenen Betriebe mit Bussen von den Schulen.",
        "Genau das ist der Kern der Praktikumswoche; die Busse nehmen wir als Anregung in die Planung mit.",
        ("M 2.03",),
    ),
    15: Answer(
        "Zwei Rundwege in der Heide ohne Barrieren.",
        "Der Vorschlag hilft Familien, Älteren und Gästen. Er wird Teil des Ziels, dass jeder Ort einen Mittelpunkt hat, und mit dem "
        "Naturpark abgestimmt.",
        ("Z 6",),
    ),
    16: Answer(
        "Orte an Windrädern sollen am Ertrag beteiligt werden.",
        "Eine Beteiligung der Gemeinden ist inzwischen gesetzlich geregelt. Ein eigener Strompreis für Anwohner lässt sich vom Landkreis "
        "nicht festlegen; wir beraten die Gemeinden bei Verträgen.",
        ("Z 2",),
    ),
    17: Answer(
        "Der fehlende Abschnitt des Deiches an der Mulde.",
        "Zuständig ist der Freistaat. Der Abschnitt ist in dessen Programm enthalten; das Jahr des Baus hängt von Grundstücken ab. Wir "
        "fragen jedes Jahr nach und berichten hier.",
    ),
    19: Answer(
        "Regelmäßige Fahrten der Schmalspurbahn am Wochenende.",
        "Ein Stundentakt ist nicht zu bezahlen. Zusätzliche Fahrten an Sommerwochenenden prüfen wir mit den Taktbussen zusammen.",
        ("M 4.01",),
    ),
    22: Answer(
        "Ein breiter, beleuchteter Radweg nach Leipzig.",
        "Der Radschnellweg ist Teil der Planung des Freistaates und in unserem Ziel der lückenlosen Radwege schon enthalten.",
        ("Z 7.2",),
    ),
    23: Answer(
        "Parkplätze für Lastwagen und nächtliche Sperren.",
        "Parkplätze nehmen wir in das Verzeichnis der Flächen auf. Nächtliche Sperren kann nur die Verkehrsbehörde anordnen; das prüft "
        "sie für drei Straßen.",
        ("M 1.03",),
    ),
    27: Answer(
        "Eine Gemeindeschwester, die ältere Menschen zu Hause besucht.",
        "Der Vorschlag entspricht der Maßnahme; Trossin wird einer der ersten Orte.",
        ("M 3.02", "Z 5.2"),
    ),
    29: Answer(
        "Neue Hallen nur an Flächen mit Gleis.",
        "Ein Verbot kann der Landkreis nicht aussprechen: Über Baugebiete entscheiden die Gemeinden. Flächen an der Bahn sollen nach dem "
        "Konzept aber zuerst entwickelt werden.",
        ("Z 2.1",),
    ),
    33: Answer(
        "Berufsschulklassen für Metallberufe in Torgau halten.",
        "Alle Standorte bleiben erhalten. Einzelne Klassen können nur bestehen, wenn genug Auszubildende da sind; "
        "Wohnheimplätze sollen das erleichtern.",
        ("Z 3.1", "M 2.02"),
    ),
    40: Answer(
        "Eine Fähre, die auch bei Niedrigwasser fährt.",
        "Eine Fähre mit weniger Tiefgang hat der Betreiber geprüft und nicht gefunden. Wir beobachten den Markt weiter.",
    ),
    56: Answer(
        "Der Landkreis soll sich für Nachtruhe am Flughafen einsetzen.",
        "Über Flugzeiten entscheidet das Land. Der Landkreis hat dazu kein Mitspracherecht und setzt sich für besseren Schallschutz ein, "
        "nicht für ein Verbot.",
    ),
    58: Answer(
        "Tempo 30 in allen Dörfern.",
        "Eine allgemeine Regel lässt das Straßenverkehrsrecht nicht zu. Möglich sind einzelne Abschnitte, etwa vor Kitas; Anträge nimmt "
        "die Verkehrsbehörde entgegen.",
    ),
    70: Answer(
        "Ein Hitzeplan mit kühlen Räumen und Nachbarschaftshilfe.",
        "Der Vorschlag wird aufgenommen. Gesundheitsamt und Gemeindeschwestern erarbeiten den Plan mit den Gemeinden.",
        ("M 3.02", "B 4.3"),
    ),
    74: Answer(
        "Günstiger Eintritt in das Moorbad an einem Abend.",
        "Die Preise legt der Betreiber fest; ein Zuschuss für ein einzelnes Bad wäre gegenüber anderen Orten ungerecht.",
    ),
    75: Answer(
        "Ein Amtstag im Monat in Beilrode.",
        "Sprechtage des Vereinsbüros wird es in Beilrode geben. Andere Ämter bieten Termine per Video an; dafür richten wir im "
        "Gemeindeamt einen Platz ein.",
        ("M 3.04",),
    ),
    91: Answer(
        "Die kleine Grundschule erhalten.",
        "Über das Schulnetz entscheidet das Land. Der Landkreis hat sich für die Schule ausgesprochen; eine eigene "
        "Entscheidung kann er nicht treffen.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Correction:
    """Why an answer is weighed anew, and the reason that is given then; blank where nobody has released one yet."""

    why: str
    reason: str = ""


CORRECTIONS = {
    12: Correction(
        "Wir hatten übersehen, dass der Betrieb mit der Gemeinde schon einen Parkplatz vereinbart hat.",
        "Der Betrieb legt im Frühjahr einen Parkplatz an und stellt Mülleimer auf; das ist mit der Gemeinde vereinbart. Toiletten nehmen wir "
        "in die Gespräche über die Zeit nach dem Kiesabbau mit.",
    ),
    22: Correction("Der Freistaat hat den geplanten Verlauf geändert. Wir prüfen, ob unsere Antwort noch stimmt."),
}

# Written and not yet released: two kinds of work in progress.
DRAFTED = {
    (119, 120): Answer(
        "Mitfahrbänke an Ortsausgängen und Haltestellen.",
        "Ein Modellversuch in drei Gemeinden ist denkbar.",
        ("M 4.02",),
        "Mit dem Rufbus zusammen denken; Haftung klären.",
    ),
}
SUBMITTED = {
    (121,): Answer(
        "Glascontainer an einem leiseren Ort.",
        "Den Standort bestimmt die Gemeinde. Wir haben den Hinweis weitergegeben.",
    ),
    (122,): Answer(
        "Das Backhaus wieder in Gang bringen.",
        "Das Vereinsbüro hilft beim Antrag auf Mittel der Dorfentwicklung.",
        ("M 3.04",),
    ),
    (123,): Answer(
        "Nistkästen an öffentlichen Gebäuden.",
        "Bei Sanierungen kreiseigener Gebäude werden Nistkästen künftig mitgeplant.",
    ),
}

# The closed round: what was asked at the beginning, and what became of it.
LOOKING_BACK = (
    ("Oschatz", 3, "Der Bürgerbus war das Beste", "Bitte unbedingt behalten und auf die Dörfer ausweiten.", "adopted",
     "Der Rufbus für kleine Orte führt ihn fort.", ("M 4.02",)),
    ("Torgau", 4, "Radweg an der Elbe fertig bauen", "Seit 2030 im Plan und immer noch Lücken.", "adopted",
     "Der Lückenschluss bleibt ein Ziel der Fortschreibung.", ("Z 7.2",)),
    ("Delitzsch", 2, "Berufsorientierung hat uns geholfen", "Meine Tochter hat so ihre Lehrstelle gefunden.", "noted",
     "Danke für die Rückmeldung. Sie bestärkt uns, die Praktikumswoche weiterzuführen.", ()),
    ("Eilenburg", 1, "Zu viele Flächen versiegelt", "Das Ziel, Flächen zu sparen, wurde nicht erreicht.", "partly",
     "Das Ziel wird schärfer gefasst: zuerst Brachen und Flächen an der Bahn.", ("Z 2.1",)),
    ("Taucha", 3, "Kitaplätze kamen zu spät", "Wir haben zwei Jahre gewartet.", "noted",
     "Die Planung der Kitas liegt bei den Städten; die Zahlen gehen in die Analyse ein.", ()),
    ("Belgern-Schildau", 3, "Landärzte", "Das Stipendium war richtig, aber zu klein.", "adopted",
     "Die Zahl der Stipendien soll steigen.", ("M 3.01",)),
    ("Schkeuditz", 4, "S-Bahn alle 15 Minuten", "Versprochen und nicht gekommen.", "rejected",
     "Der Landkreis bestellt die S-Bahn nicht. Ein Ziel, das er nicht erreichen kann, nimmt er nicht auf.", ()),
    ("Wermsdorf", 3, "Ehrenamt ernst nehmen", "Mehr Hilfe, weniger Formulare.", "contained",
     "Das Vereinsbüro mit Sprechtagen ist vorgesehen.", ("M 3.04",)),
    ("Laußig", 4, "Wasser in der Landschaft halten", "Gräben zu, Teiche auf.", "adopted",
     "Daraus ist ein eigenes Ziel geworden.", ("Z 8.2",)),
    ("Mockrehna", 1, "Internet ist da", "Das hat wirklich geklappt. Danke.", "noted",
     "Wir freuen uns und berichten das in der Bilanz.", ()),
)  # fmt: skip

# The draft round: the key points of the working groups, section by section, and what was said to them.
KEY_POINTS = (
    ("1", "Worum es geht", None,
     ("Die Arbeitsgruppen haben Vorschläge für Leitbild und Ziele erarbeitet. Dieses Papier fasst sie in Eckpunkten zusammen, damit "
     "Sie dazu Stellung nehmen können, bevor der Entwurf entsteht.")),
    ("2", "Wirtschaft und Innovation", 1,
     ("Betriebe bleiben in der Region, weil sie Nachfolgerinnen und Nachfolger finden. Neue Gewerbeflächen entstehen zuerst an der Bahn und "
     "auf Brachen.")),
    ("2.1", "Nachfolge im Handwerk", 1,
     ("Eine Nachfolgebörse bringt Betriebe und Interessierte zusammen. Ziel ist, dass jeder zweite Betrieb, der übergeben werden soll, bis 2030 "
     "eine Nachfolge im Landkreis findet.")),
    ("2.2", "Wasser sparen", 1,
     "Landwirtschaft und Gewerbe entnehmen ein Fünftel weniger Grundwasser als 2025. Modellhöfe zeigen, wie das geht."),
    ("3", "Bildung und Qualifikation", 2,
     "Alle Standorte der Berufsschulzentren bleiben erhalten. Kein Weg zur Berufsschule dauert länger als eine Stunde."),
    ("4", "Lebenswerter Landkreis", 3,
     ("Die nächste Hausarztpraxis ist in höchstens 20 Minuten erreichbar. Jeder Ort hat einen Mittelpunkt: Laden, Vereinsheim oder "
     "Bürgerhaus.")),
    ("5", "Infrastruktur und Mobilität", 4,
     "Jeder Ort ist täglich von 6 bis 22 Uhr mindestens stündlich mit Bus oder Bahn erreichbar; in kleinen Orten zählt auch der Rufbus."),
    ("5.1", "Hochwasser und Trockenheit", 4,
     "Mulde und Elbe bekommen mehr Raum, wo keine Siedlung betroffen ist. Orte speichern Regenwasser, statt es abzuleiten."),
)  # fmt: skip
REMARKS = (
    ("2.1", "Eine Börse im Internet reicht nicht. Es braucht jemanden, der beide Seiten besucht.", "Handwerksmeister"),
    ("2.1", "Bitte auch an Frauen denken, die nach der Elternzeit einen Betrieb übernehmen wollen.", ""),
    ("2.2", "Ein Fünftel ist viel. Für Beregnung im Gemüsebau ist das ohne Hilfe nicht zu schaffen.", "Gemüsehof"),
    ("3", "Eine Stunde mit welchem Verkehrsmittel? Bitte dazuschreiben.", ""),
    ("4", "20 Minuten mit dem Auto sagen nichts für Menschen ohne Auto.", "Seniorenbeirat"),
    ("4", "Der Mittelpunkt darf gern auch eine Kirche sein.", ""),
    ("5", "Stündlich ist gut. Bitte auch sagen, wer das bezahlt.", ""),
    ("5", "Der Rufbus muss ohne Smartphone zu bestellen sein.", "Seniorenbeirat"),
    ("5.1", "Wer entscheidet, wo keine Siedlung betroffen ist?", "Anwohner der Aue"),
)  # fmt: skip

COMMENTS = {
    1: (("Genau so ist es. Ich fahre deshalb mit dem Auto zur Spätschicht.", None), ("Auch sonntags bitte.", None)),
    2: (("In Dommitzsch ist es dasselbe.", None), ("Bei uns in Bad Düben wären Räume da.", 0)),
    8: (("Ich bin dort zweimal fast angefahren worden.", None), ("Bitte mit Beleuchtung.", None), ("Und mit Winterdienst!", 1)),
    9: (("Wir haben im Nachbarort gute Erfahrungen mit so einem Laden.", None),),
    21: (("Die Händler auf dem Markt würden sich freuen.", None), ("Wo sollen dann die Stände stehen?", 0)),
    29: (("Das sehe ich anders: Kleine Betriebe brauchen kein Gleis.", None),),
    57: (("Endlich sagt es jemand.", None),),
    62: (("Uns ging es genauso.", None),),
    69: (("Am Schalter ist ganz wichtig!", None), ("In anderen Verbünden gibt es das längst.", None)),
    81: (("Ich habe auch unterschrieben.", None),),
}  # fmt: skip
