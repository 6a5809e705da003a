"""A registry as a destination, or any service that takes a JSON document by POST."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain

from pydantic import SecretStr

from ai_power_export.deliver.http.answers import Asked, answers
from ai_power_export.deliver.http.client import TIMEOUT, Client, Reply, checked
from ai_power_export.deliver.interface import Answer, Parcel, Refused, Unreachable
from ai_power_export.deliver.tokens import HEADER_WORD, for_header
from ai_power_export.errors import BadInput

_ABOUT_THE_PLACE = frozenset({301, 302, 303, 401, 404, 405})
"""Answers that every report would get."""
_ABOUT_ONE_OF_THEM = frozenset({400, 413, 422, 500})
"""Answers to many reports that one of them, or their number, may be the reason of."""


class Http:
    """Takes reports at an address: one without a path is a registry's, another is posted to as it is.

    A registry knows a report by its id and hash, and takes many at once. Sent again, it is there once.
    """

    at_once = 100

    def __init__(self, words: str, token: Callable[[], str | None], *, timeout: float = TIMEOUT) -> None:
        """Take the address of a registry or service; nothing is sent yet.

        Args:
            words: The address, `https://…`; `http://…` on this machine.
            token: Gives the bearer token, if there is one; called with the first delivery.
            timeout: Seconds to wait for a connection, and for each next piece of an answer.

        Raises:
            BadInput: It is no such address, or holds a secret.
        """
        url = checked(words).copy_with(fragment=None)
        self._is_registry = url.path in ("", "/") and not url.query
        self._place = str(url).rstrip("/") if self._is_registry else str(url)
        self._url = url.copy_with(path="/reports") if self._is_registry else url
        self._ask_for_token = token
        self._client = Client(self._url, timeout)

    @property
    def place(self) -> str:
        """The address."""
        return self._place

    def deliver(self, parcels: Sequence[Parcel]) -> Iterator[Answer]:
        """Post reports; yield the answer for each.

        Where nobody answers twice in a row, asks for a pause or takes nothing at all, the others are not
        tried: they have the same answer.
        """
        waiting = deque(self._letters(parcels))
        failures = 0
        while waiting:
            letter = waiting.popleft()
            reply = self._post(letter)
            if isinstance(reply, Reply) and reply.status in _ABOUT_ONE_OF_THEM and len(letter) > 1:
                half = len(letter) // 2
                waiting.extendleft((letter[half:], letter[:half]))
                continue
            found = self._answers(reply, letter)
            yield from found
            failures = failures + 1 if isinstance(found[-1], Unreachable) else 0
            if failures > 1 or _holds_for_all(reply, found[-1]):
                yield from (found[-1] for _ in chain.from_iterable(waiting))
                return

    def requests(self, parcels: Sequence[Parcel]) -> Iterator[str]:
        """Yield each request in words."""
        token = "with a token" if self._token else "without a token"
        for letter in self._letters(parcels):
            headers = [name for name in _headers(letter) if name != "Content-Type"]
            what = f"report {letter[0].report_id}" if len(letter) == 1 else f"{len(letter)} reports"
            also = f", {', '.join(headers)}" if headers else ""
            yield f"POST {self._url}: {what}, {len(_body(letter))} bytes of JSON, {token}{also}"

    def _letters(self, parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
        """Yield the reports of each request: what a header tells of a report goes with that one alone."""
        together: list[Parcel] = []
        for parcel in parcels:
            alone = not self._is_registry or _stands_alone(parcel)
            if together and (alone or len(together) == self.at_once):
                yield together
                together = []
            if alone:
                yield [parcel]
            else:
                together.append(parcel)
        if together:
            yield together

    def _post(self, letter: Sequence[Parcel]) -> Reply | Refused | Unreachable:
        try:
            headers = _headers(letter)
            if self._token:
                headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
            return self._client.post(_body(letter), headers)
        except (Refused, Unreachable) as fault:
            return fault
        except BadInput as error:
            return Refused(str(error))

    def _answers(self, reply: Reply | Refused | Unreachable, letter: Sequence[Parcel]) -> list[Answer]:
        if not isinstance(reply, Reply):
            return [reply] * len(letter)
        token = self._token.get_secret_value() if self._token else ""
        return answers(reply, letter, Asked(self._url, self._is_registry, token))

    @cached_property
    def _token(self) -> SecretStr | None:
        """The token, kept out of what shows values.

        Raises:
            BadInput: No header can carry it.
        """
        return for_header(self._ask_for_token(), self.place)


def _holds_for_all(reply: Reply | Refused | Unreachable, answer: Answer) -> bool:
    if isinstance(answer, Unreachable):
        return answer.after is not None
    return isinstance(reply, Reply) and reply.status in _ABOUT_THE_PLACE


def _stands_alone(parcel: Parcel) -> bool:
    """Tell whether a report has something to be told in a header, or cannot be sent at all."""
    if parcel.signature is not None or parcel.corrects is not None:
        return True
    try:
        return not parcel.key
    except BadInput:
        return True


def _body(letter: Sequence[Parcel]) -> bytes:
    texts = [parcel.to_text() for parcel in letter]
    return (texts[0] if len(texts) == 1 else f"[{','.join(texts)}]").encode()


def _headers(letter: Sequence[Parcel]) -> dict[str, str]:
    """Return what is told beside the body.

    Raises:
        BadInput: The report has no canonical form, or corrects one whose id no header can carry.
    """
    headers = {"Content-Type": "application/json"}
    if len(letter) > 1:
        return headers
    (parcel,) = letter
    if HEADER_WORD.fullmatch(parcel.key):  # of another id the body alone tells
        headers["Idempotency-Key"] = parcel.key
    if parcel.corrects is not None:
        if not HEADER_WORD.fullmatch(parcel.corrects):
            raise BadInput("the id of the report that it corrects cannot be sent", parcel.name)
        headers["Report-Corrects"] = parcel.corrects
    if parcel.signature is not None:
        signature = json.dumps(parcel.signature, separators=(",", ":")).encode()
        headers["Report-Signature"] = base64.b64encode(signature).decode()
    return headers
