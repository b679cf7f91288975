from django.core.cache import cache

from kek.cache_keys import hashed


def test_a_name_in_the_cache_tells_nothing_of_an_address() -> None:
    name = hashed("allauth:rl:login_failed:192.0.2.7", "", 1)
    assert "192.0.2.7" not in name
    assert name == hashed("allauth:rl:login_failed:192.0.2.7", "", 1)
    assert name != hashed("allauth:rl:login_failed:192.0.2.8", "", 1)


def test_the_portals_cache_uses_such_names() -> None:
    cache.set("allauth:rl:login_failed:192.0.2.7", 1)
    assert cache.get("allauth:rl:login_failed:192.0.2.7") == 1
    assert cache.make_key("192.0.2.7") == hashed("192.0.2.7", "", 1)
