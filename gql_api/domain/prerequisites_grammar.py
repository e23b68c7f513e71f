"""The grammar of published prerequisites, for lark.

Words are read case-insensitively, course codes as catalogs print them. What binds, loosest first: a full stop, “; or”,
a semicolon, an “or” that speaks of everything before it (`WIDE_OR`), “and”, “or”. `prerequisites_tokens` decides what
a comma is before the grammar sees it, and closes what a text leaves open.
"""

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lark import Lark, Token

GRAMMAR = r"""
document: sentence (_DOT sentence)*
sentence: (PRE_OR_CO | COREQUISITE | PREREQUISITE)? choice
?choice: series (_SEMI_OR series)*
?series: part (_SEMI part)*
?part: NOT_LEAD wide -> negated
    | wide
?wide: conjunction (_WIDE_OR conjunction)*
?conjunction: disjunction (_AND disjunction)*
?disjunction: (N_OF | LIST_LEAD)? unit (_OR unit)*
unit: piece+
piece: (COURSE | NUMBER | WORD | NOTE | STANDING | CREDITS | AVERAGE | SCORE | CONSENT | PHRASE | slashed | group) tail*
slashed: (COURSE | NUMBER) (_SLASH (COURSE | NUMBER))+
group: _OPEN choice _CLOSE
tail: GRADE | CONCURRENT

NOTE.20: /\(?(?:same as|cross-?listed (?:with|as))\s[^().;]*\)?/i
    | /\((?:also )?see [^()]*\)/i
    | /\(\[?\d[^()\s]{0,8}-\[?\d[^()]{0,8}\)(?:\s*[A-Z]\b)?/
    | /(?:this\ course\ )?(?:may|can)(?:not|\ not)?\ be\ (?:repeated|used\ to\ (?:satisfy
        |fulfill)|taken\ for\ credit)[^.;()]*/ix
    | /counts as a repeat of [^.;()]*/i
    | /certain course exclusions may apply/i
    | /credit cannot be (?:received|earned)[^.;]*/i
    | /students (?:may not|cannot) receive credit for both[^.;]*/i

PRE_OR_CO.19: /(?:pre-?requisites?|prereqs?\.?)\s*(?:or|and\/or|\/|and)\s*co-?requisites?\s*
        (?::|(?=\s\(?(?-i:[A-Z]{2,})\ ))/ix
    | /co-?requisites?\s*(?:or|and\/or|\/|and)\s*pre-?requisites?\s*:/i
    | /co-?\s?or\s+pre-?requisites?\s*:/i
COREQUISITE.18: /(?:co-?requisites?|coreqs?\.?)\s*(?::|(?=\s\(?(?-i:[A-Z]{2,}) ))/i
PREREQUISITE.17: /(?:pre-?requisites?|prereqs?\.?)\s*(?::|(?=\s\(?(?-i:[A-Z]{2,}) ))/i | /P:/
NOT_LEAD.16: /(?:this\ course\ is\ )?not\ open\ (?:for\ credit\ )?to\ (?:those\ |students\ )?
        (?:with|who\ have|having)\s+(?:\w+\s+){0,3}(?:credit|taken|completed)(?:\s+(?:for
        |in|of))?\b/ix

GRADE_LEAD.15: /(?:with\s+)?(?:an?\s+)?(?:minimum\s+)?(?:grades?\s+)?(?:of\s+)?(?:at\s+least\s+)?
        (?:an?\s+)?["']?\b(?-i:[A-D])[+-]?["']?(?:\s+or\s+(?:better|higher|above))?\s+in(?:\s+
        (?:each\s+of|both|either|all\s+of))?(?=\s+\(?[A-Z])/ix
GRADE.14: /\(\s*(?:min(?:imum|\.)?\s*)?(?:grade\s*)?(?:of\s+)?(?:an?\s+)?(?-i:[A-D])[+-]?
        (?:\s+or\s+(?:better|higher|above))?\s*\)/ix
    | /(?:with\s+)?(?:an?\s+|the\s+)?(?:min(?:imum|\.)?\s+)?grades?\s+(?:of\s+)?(?:at\s+least\s+)?
        (?:an?\s+)?["']?(?-i:[A-D])(?:[+-]|\b)["']?(?!\w)(?:\s+or\s+(?:better|higher|above))?/ix
    | /(?:with\s+)(?:at\s+least\s+)?(?:an?\s+)?(?:minimum\s+of\s+)?(?-i:[A-D])(?:[+-]|\b)
        (?!\w)(?:\s+or\s+(?:better|higher|above))?/ix
    | /\b(?-i:[A-D])(?:[+-]|\b)\s+or\s+(?:better|higher|above)/i
CONCURRENT_LEAD.13: /(?:(?:prior|credit|completion|previous|completed|(?:previous\s+|prior\s+)?enrollment
        |successful\s+completion)(?:\s+(?:of|in|for|with))?,?\s+or\s+)?\b(?:concurrent|conc)\.?\s+
        (?:enrollment|registration|reg\w*|enrol\w*)\.?\s+(?:in|for|with|of)\b/ix
CONCURRENT.12: /\(?\b(?:which\s+)?(?:may|can)\s+be\s+taken\s+concurrently\)?/i
    | /\(?\bor\s+concurrent(?:ly)?\b(?:\s+(?:enrolled|enrollment|registration|registered))?
        (?!\s+(?:in|for|with)\b)\)?/ix
    | /\(concurrent\)/i
    | /\bor\s+conc\.?\s+reg\w*\.?(?!\s+(?:in|for|with)\b)/i

STANDING.11: /(?:(?:must\ be\ )?(?:at\ least|minimum\ of)\s+(?:an?\s+)?)?\b(?:freshman|fr
        |sophomore|soph|junior|jr|senior|sr|graduate|grad|upper-division|upper-level)\b(?:[\s-]+level)?
        (?:(?:\s*(?:,|\/)\s*|,?\s+or\s+|\s+and\s+)(?:sophomore|soph|junior|jr|senior|sr|graduate
        |grad|professional)(?:[\s-]+level)?\b)*\s+(?:standing|status|st\b)/ix
    | /must be at least an? (?:sophomore|junior|senior)\b/i
AVERAGE.11: /(?:an?\s+)?(?:minimum\s+|cumulative\s+|overall\s+|university\s+)*(?:gpa|grade[\s-]point[\s-]average)
        (?:\s+\(gpa\))?(?:\s+requirement)?\s*(?:of\s+|is\s+)?(?:at\s+least\s+|a\s+minimum\s+of\s+)?[0-4]\.\d{1,3}
        (?:\s+or\s+(?:better|higher|above))?/ix
    | /[0-4]\.\d{1,3}\s+(?:cumulative\s+|overall\s+|minimum\s+)*gpa(?:\s+or\s+(?:better|higher|above))?/i
LIST_LEAD.10: /(?:at\s+least\s+)?\d{1,2}\s+(?:semester\s+|additional\s+)?(?:credits?\s+hours?
        |credits?|hours?|units?|cr)\s+(?:from|of|in)\s+(?:any\s+of\s+)?(?:the\s+)?following
        (?:\s+courses)?:?/ix
CREDITS.9: /(?:(?:at\s+least|(?:a\s+)?minimum\s+of)\s+)?\b\d{1,3}(?:\.\d)?\s*(?:or\s+more\s+)?
        (?:(?:earned|completed|undergraduate|semester|total|college)\s+)*(?:credits?\s+hours?
        |credits?|hours?|units?|crs?|hrs?)\b\.?(?:\s+(?:earned|completed))?/ix
SCORE.9: /(?:an?\s+)?(?:minimum\s+)?scores?\s+of\s+(?:at\s+least\s+)?\d+%?(?:\s+(?:in|on)\s+
        (?:the\s+)?(?:[A-Za-z]+\s+){0,4}?(?:test|exam|examination|assessment|ALEKS))?/ix
    | /(?:(?!(?:and|or|plus|with|for|in|of|from|to)\b)[A-Za-z]+\s+){0,2}?placement
        (?:\s+(?:test|exam|examination|score|level))*(?:\s+of\s+(?:at\s+least\s+)?\d+)?
        (?:\s+(?:required|into|in|beyond|above))?/ix
    | /(?:ALEKS|SAT|ACT|TOEFL|AP)\b[A-Za-z ]{0,30}?\bscores?(?:\s+of\s+(?:at\s+least\s+)?\d+)?(?:\s+required)?/
CONSENT.10: /(?:the\s+)?\b(?:instructor|department|departmental|program|advisor|adviser|faculty
        |dean|chair|school|college|director)(?:'s|s')?\s+(?:consent|permission|approval)(?:\s+
        (?:is\s+)?required)?/ix
    | /(?:written\s+)?\b(?:consent|permission|approval)\s+(?:of|from|by)\s+(?:the\s+|an?\s+)?\w+
        (?:\s+(?:chair|head|advisor|adviser|director|committee|faculty|department|member|office
        |instructor))*(?:\s+(?:is\s+)?required)?/ix
    | /\bcons\.?\s+(?:of\s+)?(?:[a-z]+\s+){0,3}(?:instr|dept|dir|coord|faculty|chair)\w*(?:\s+member)?/i
PHRASE.9: /\b(?:Ph\.D|M\.A|B\.A|M\.S|B\.S|e\.g|i\.e|vs|etc)\./i
    | /(?:(?:taken\s+)?(?:prior\s+to|before|since|after)\s+)?\b(?:spring|summer|fall|autumn
        |winter)(?:\s+of)?\s+\d{4}\b/ix
N_OF.10: /(?:at\s+least\s+|any\s+)?\b(?:one|two|three|four|five|1|2|3|4|5)\s+(?:courses?\s+)?
        (?:of|from(?:\s+among)?)\b(?:\s+the\s+following)?(?:\s+courses)?:?(?=\s+\(?[A-Z])/ix

COURSE.8: (_SUBJECT (" & " | /[ \/]/))~0..14 _SUBJECT / \(\d{2,3}\)/? /[ -]?\d[0-9A-Z]{0,6}\b(?:-\d+-\d+)?(?!\.\d|%)/
    | (_NAME /[ \/]/)~0..3 _NAME /\ \d{3,4}[A-Z]?\b(?!\.\d|%|-level)/
    | /\b[a-z]{2,6}-?\d{3,4}[a-z]?\b/
_SUBJECT: /(?!(?:AND|OR|IN|OF|FOR|TO|WITH|THE|GPA|SAT|ACT|AP|LEVEL|GRADE|CREDIT|COURSES?|BOTH|EITHER)\b)
        (?!(?:PREREQUISITE|COREQUISITE)S?\b)[A-Z][A-Z&]*(?:-[A-Z]+)?/x
_NAME: /(?!(?:And|Or|In|Of|For|To|With|The|Level|Grade|Credit|Courses?|Prereq|Both|Either|Completion|Completed)\b)
        (?!(?:Any|One|Two|Fall|Spring|Summer|Winter|Room|Title|Least|Than|Score|Top|(?:Pre|Co)requisite)\b)
        [A-Z][A-Za-z&]*/x
NUMBER.5: /\b(?:\d{1,4}[A-Z]{0,2}\d?|\d[A-Z]\d{2}|\d[A-Z]{1,2})\b(?!\.\d|%|-level|\s+(?:percent
        |years?|weeks?|semesters?|level)\b)/x
_SLASH.6: /(?<=[0-9A-Z])\s?\/\s?(?=\d{2,}|[A-Z][A-Z&]+ \d)/
_AND.4: /\b(?:and|plus|as\s+well\s+as)\b(?!\/)|&(?=\s)/i
_OR.4: /\b(?:or\s+else|and\/or|or)\b/i
COMMA.4: ","
_SEMI.4: ";"
_DOT.4: /\.(?=\s|$|\))/
_OPEN.3: /[(\[]/
_CLOSE.3: /[)\]]/
WORD.1: /(?:(?!\.(?:\s|$|\)))[^\s,;()\[\]])+/

%declare _WIDE_OR _SEMI_OR
%ignore /\s+/
%ignore FILLER
FILLER.7: /\b(?:(?:the\s+)?(?:successful(?:ly)?\s+)?complet(?:ion\s+of|ed)|credit\s+(?:in
        |for)|both|either|students\s+must\s+have)\b(?=\s+\(?[A-Z])/ix
    | /\bin(?=\s+(?:either\s+)?[A-Z][A-Z&]+ \d)/
    | /\((?:P|ER)\)/
    | /\.(?=[,;])/
    | /\brequired\b(?=\s*(?:[.;,)]|$))/i
"""


class PostLexer(Protocol):
    """What lark calls between its lexer and its parser."""

    always_accept: tuple[str, ...]

    def process(self, stream: Iterator["Token"]) -> Iterator["Token"]:
        """The tokens that the parser shall see, out of those that the lexer found."""
        ...


@functools.cache
def lark(arrangement: type[PostLexer]) -> "Lark":
    """The parser, made when first needed: importing lark and building the tables takes a tenth of a second."""
    import lark  # noqa: PLC0415 - a start that parses nothing need not pay for it

    return lark.Lark(GRAMMAR, start="document", parser="lalr", lexer="basic", postlex=arrangement())
