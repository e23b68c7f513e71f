from gql_api.reads import kept


def test_the_least_recently_used_goes_when_there_are_too_many():
    values: kept.Kept[str, int] = kept.Kept(2)
    for key in ("a", "b"):
        values.put(key, ord(key))
    assert values.get("a") == 97
    values.put("c", 99)
    assert [values.get(key) for key in ("a", "b", "c")] == [97, None, 99]


def test_values_of_a_size_are_kept_up_to_that_size_in_all():
    values: kept.Kept[str, str] = kept.Kept(10, size=len)
    for text in ("one", "three", "xx"):
        values.put(text, text)
    assert [values.get(text) for text in ("one", "three", "xx")] == ["one", "three", "xx"]
    values.put("four", "four")
    assert [values.get(text) for text in ("one", "three", "xx", "four")] == [None, None, "xx", "four"]


def test_a_value_put_again_takes_the_place_of_the_one_before():
    values: kept.Kept[int, str] = kept.Kept(10, size=len)
    for _ in range(5):
        values.put(1, "12345")
    values.put(2, "12345")
    assert (values.get(1), values.get(2)) == ("12345", "12345")
    values.put(1, "123456")
    assert (values.get(1), values.get(2)) == ("123456", None)


def test_what_is_larger_than_all_that_may_be_kept_stays_until_another_comes():
    values: kept.Kept[int, str] = kept.Kept(3, size=len)
    values.put(1, "12345")
    assert values.get(1) == "12345"
    values.put(2, "1")
    assert (values.get(1), values.get(2)) == (None, "1")
