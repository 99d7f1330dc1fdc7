"""The order of items among parts."""

from hub.slices import hash_order

A, B = 7, 9


def test_it_is_which_part_comes_after_which_and_not_the_ranks():
    one = hash_order(((A, b'{"note":[[0,"a"],[2,"c"]]}'), (B, b'{"note":[[1,"b"]]}')))
    spread = hash_order(((A, b'{"note":[[0,"a"],[200,"c"]]}'), (B, b'{"note":[[7,"b"]]}')))
    moved = hash_order(((A, b'{"note":[[0,"a"],[1,"c"]]}'), (B, b'{"note":[[2,"b"]]}')))
    assert one == spread != moved


def test_arrays_of_one_part_have_no_order_among_parts():
    assert hash_order(((A, b'{"note":[[0,"a"]]}'), (B, b'{"output":[[0,"b"]]}'))) == 0


def test_each_array_counts_by_its_name():
    assert hash_order(((A, b'{"note":[[0,"a"]]}'), (B, b'{"note":[[1,"b"]]}'))) != hash_order(
        ((A, b'{"output":[[0,"a"]]}'), (B, b'{"output":[[1,"b"]]}'))
    )
