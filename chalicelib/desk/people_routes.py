"""Routes of who may sign in, of registered devices, and of the PIN."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.desk.route import route
from chalicelib.people.person import Permission

people = Blueprint(__name__)


@route(people, "GET", "/p/{practice}/people", Permission.MANAGE)
def show_people() -> Any:
    from chalicelib.desk.pages.people.people import show

    return show


@route(people, "POST", "/p/{practice}/people", Permission.MANAGE)
def add_person() -> Any:
    from chalicelib.desk.pages.people.person import add

    return add


@route(people, "GET", "/p/{practice}/people/new", Permission.MANAGE)
def new_person() -> Any:
    from chalicelib.desk.pages.people.person import new

    return new


@route(people, "GET", "/p/{practice}/person/{person}", Permission.MANAGE)
def show_person() -> Any:
    from chalicelib.desk.pages.people.person import show

    return show


@route(people, "POST", "/p/{practice}/person/{person}", Permission.MANAGE)
def change_person() -> Any:
    from chalicelib.desk.pages.people.person import change

    return change


@route(people, "POST", "/p/{practice}/person/{person}/code", Permission.MANAGE)
def give_code() -> Any:
    from chalicelib.desk.pages.people.person_acts import give_code

    return give_code


@route(people, "POST", "/p/{practice}/person/{person}/end", Permission.MANAGE)
def end_person() -> Any:
    from chalicelib.desk.pages.people.person_acts import end

    return end


@route(people, "POST", "/p/{practice}/person/{person}/signout", Permission.MANAGE)
def sign_out_person() -> Any:
    from chalicelib.desk.pages.people.person_acts import sign_out

    return sign_out


@route(people, "POST", "/p/{practice}/person/{person}/pin", Permission.MANAGE)
def reset_pin() -> Any:
    from chalicelib.desk.pages.people.person_acts import reset_pin

    return reset_pin


@route(people, "POST", "/p/{practice}/devices", Permission.MANAGE)
def register_device() -> Any:
    from chalicelib.desk.pages.people.people import register

    return register


@route(people, "POST", "/p/{practice}/device/{device}/remove", Permission.MANAGE)
def remove_device() -> Any:
    from chalicelib.desk.pages.people.people import remove

    return remove


@route(people, "GET", "/device", None)
def device() -> Any:
    from chalicelib.desk.pages.people.device import show

    return show


@route(people, "POST", "/device", None)
def sign_in_by_pin() -> Any:
    from chalicelib.desk.pages.people.device import sign_in

    return sign_in


@route(people, "GET", "/pin", Permission.SEE)
def own_pin() -> Any:
    from chalicelib.desk.pages.people.own_pin import show

    return show


@route(people, "POST", "/pin", Permission.SEE, secret=True)
def set_own_pin() -> Any:
    from chalicelib.desk.pages.people.own_pin import save

    return save
