import gzip
import io
import tracemalloc

import pytest

from gql_api import errors
from gql_api.ingest import files, headers

LAYOUT = headers.Layout(
    kind="things",
    columns=(
        headers.Column(name="code", aliases=("course_code",), is_required=True),
        headers.Column(name="title", is_required=True),
        headers.Column(name="note"),
    ),
    ignored=("source",),
)


def read(content, limits=files.LIMITS):
    if isinstance(content, str):
        content = content.encode()
    file = files.inspect(files.of_bytes("a.csv", content), limits=limits)
    return list(files.rows(file, LAYOUT))


def refusal(content, limits=files.LIMITS):
    with pytest.raises(errors.InvalidInput) as refused:
        read(content, limits)
    return refused.value.message


@pytest.mark.parametrize(
    "content",
    [
        "code,title\nA 1,Été\n",
        "code,title\r\nA 1,Été\r\n",
        "code,title\rA 1,Été\r",
        "\ufeffcode,title\nA 1,Été\n",
        "code;title\nA 1;Été\n",
        "code\ttitle\nA 1\tÉté\n",
        "code|title\nA 1|Été",
        '"code","title"\n"A 1","Été"\n',
        " Course-Code , TITLE \n A 1 , Été \n",
        "title,code,\nÉté,A 1,\n",
        "code,title\nA 1,Été\n,\n\n",
    ],
)
def test_one_file_is_read_the_same_in_every_dialect(content):
    assert [(row.number, row.cells) for row in read(content)] == [(2, {"code": "A 1", "title": "Été"})]


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("latin-1", "cp1252"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_the_encoding_is_found(encoding, expected):
    content = "code,title\nA 1,Été\n".encode(encoding)
    file = files.inspect(files.of_bytes("a.csv", content))
    assert file.encoding == expected
    assert [row.cells["title"] for row in files.rows(file, LAYOUT)] == ["Été"]


def test_bytes_that_windows_does_not_know_are_latin_1():
    assert files.inspect(files.of_bytes("a.csv", b"code,title\nA 1,\x81\n")).encoding == "latin-1"


def test_a_character_cut_by_a_block_is_still_utf_8():
    content = b"code,title\nA 1," + b"x" * (files.MEGABYTE - 16) + "é".encode() + b"\n"
    assert files.inspect(files.of_bytes("a.csv", content)).encoding == "utf-8"


def test_gzip_is_told_by_its_first_bytes():
    assert read(gzip.compress(b"code,title\nA 1,x\n"))[0].cells == {"code": "A 1", "title": "x"}


def test_a_damaged_gzip_file_is_refused():
    assert refusal(gzip.compress(b"code,title\nA 1,x\n" * 99)[:-9]).startswith("a.csv cannot be read: ")


def test_a_formula_is_data_and_quoted_line_ends_belong_to_the_cell():
    rows = read('code,title\n=1+1,"two\nlines, and a ""quote"""\n@x,+y\n')
    assert [(row.number, row.cells["code"], row.cells["title"]) for row in rows] == [
        (2, "=1+1", 'two\nlines, and a "quote"'),
        (3, "@x", "+y"),
    ]


def test_empty_rows_count_but_are_passed_over():
    assert [row.number for row in read("code,title\n\nA 1,x\n,,\n , \nA 2,y\n")] == [3, 6]


def test_rows_are_numbered_as_a_spreadsheet_does_even_below_empty_lines():
    assert [row.number for row in read("\n\ncode,title\nA 1,x\n")] == [4]


def test_a_header_without_an_end_is_refused():
    assert refusal("code,title" + "x" * 200_000) == (
        "a.csv, row 1 is longer than 100,000 characters. Is it a CSV file?"
    )


def test_rows_of_another_width_have_a_problem():
    rows = read("code,title\nA 1\nA 2,x,y\nA 3,x,\nA 4,x\n")
    assert [(row.number, row.problem) for row in rows] == [
        (2, "The row has 1 cells where the header has 2. Is a delimiter or a quote missing?"),
        (3, "The row has 3 cells where the header has 2. Quote cells that contain a delimiter."),
        (4, None),
        (5, None),
    ]


def test_text_after_a_closing_quote_is_a_problem_of_its_row_only():
    rows = read('code,title\n"A 1"x,y\nA 2,z\n')
    assert rows[0].problem == "A quoted cell is followed by more text. Double the quotes inside a quoted cell."
    assert rows[1].cells == {"code": "A 2", "title": "z"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "a.csv: the file is empty. Its first row must name the columns."),
        ("\n \n", "a.csv: the file is empty. Its first row must name the columns."),
        ("\ufeff", "a.csv: the file is empty. Its first row must name the columns."),
        ("code,title\n", "a.csv has a header and no rows."),
        ("code,title\n,\n", "a.csv has a header and no rows."),
        (b"code,title\nA 1,\x00\n", "a.csv holds NUL bytes: it is not a text file. Save it as CSV (UTF-8)."),
        (
            "kode,name\nA 1,x\n",
            (
                "a.csv: The first row must name the columns of a file of things. Missing: code (or course_code), "
                "title. "
                "Found: kode, name."
            ),
        ),
        (
            "code,Course Code,title\nA 1,A 1,x\n",
            "a.csv: The columns “code” and “Course Code” both mean code. Remove or rename one of them.",
        ),
        ('code,title\nA 1,x\nA 2,"y\nA 3,z\n', 'a.csv, row 3: a quote (“"”) is opened there and never closed.'),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(content, message):
    assert refusal(content) == message


@pytest.mark.parametrize(
    "content",
    [
        "code,title\nA 1,x\nA 2," + "y" * 20_000_000 + "\n",
        'code,title\nA 1,x\nA 2,"' + "y, y\n" * 4_000_000 + '"\n',
        "code,title\nA 1,x\nA 2," + "y" * 100_001 + "\n",
    ],
    ids=["one line", "many lines", "just too long"],
)
def test_a_cell_that_is_too_long_is_refused_by_row_and_column_with_flat_memory(content):
    file = files.inspect(files.of_bytes("a.csv", content.encode()))
    tracemalloc.start()
    try:
        with pytest.raises(errors.InvalidInput) as refused:
            list(files.rows(file, LAYOUT))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.message == (
        "a.csv, row 3, column “title”: the cell has more than 100,000 characters. "
        "Shorten it, or look for a missing quote."
    )
    assert peak < 24 * files.MEGABYTE


def test_size_rows_and_columns_have_limits():
    limits = files.Limits(size=files.MEGABYTE, rows=2, columns=3)
    assert refusal("code,title\n" + "A 1,x\n" * 200_000, limits) == (
        "a.csv is larger than 1 MB. Split it into several files."
    )
    assert len(read("code,title\nA 1,x\nA 2,y\n", limits)) == 2
    assert refusal("code,title\nA 1,x\nA 2,y\nA 3,z\n", limits) == (
        "a.csv has more than 2 rows. Split it into several files."
    )
    assert refusal("code,title,note,source\nA 1,x,y,z\n", limits) == "a.csv has 4 columns; at most 3 can be."


def test_a_million_rows_are_allowed():
    assert files.LIMITS.rows >= 1_000_000


def test_a_compressed_bomb_is_stopped_at_the_size_limit():
    content = gzip.compress(b"code,title\n" + b"A 1,x\n" * 1_000_000)
    limits = files.Limits(size=files.MEGABYTE)
    assert refusal(content, limits) == "a.csv is larger than 1 MB. Split it into several files."


def test_rows_of_several_files_are_ordered_by_file_and_row():
    second = files.inspect(files.of_bytes("b.csv", b"code,title\nA 1,x\n"), position=1)
    row = next(files.rows(second, LAYOUT))
    assert (row.at, row.number) == (files.PLACES + 2, 2)


def test_ignored_columns_are_known_and_unknown_ones_named():
    header = headers.match(LAYOUT, ["code", "title", "source", "colour", ""])
    assert header.unknown == ("colour",)
    assert header.positions == {"code": 0, "title": 1}


def test_a_file_that_vanished_says_so(tmp_path):
    with pytest.raises(errors.InvalidInput, match=r"gone\.csv cannot be read: No such file or directory\."):
        files.inspect(files.of_path(tmp_path / "gone.csv"))


def test_reading_is_lazy():
    file = files.inspect(files.of_bytes("a.csv", b"code,title\n" + b"A 1,x\n" * 50_000))
    stream = io.BytesIO(b"code,title\nA 1,x\n")
    lazy = files.File(
        source=files.Source(name="a.csv", open=lambda: stream),
        position=0,
        sha256=file.sha256,
        encoding="utf-8",
        lines=2,
    )
    assert next(iter(files.rows(lazy, LAYOUT))).cells["code"] == "A 1"
