"""The mails of one report: composed once, addressed to each recipient."""

from __future__ import annotations

from email import policy
from email.utils import localtime
from functools import cached_property
from typing import TYPE_CHECKING

from kpi_kit.addresses import same
from kpi_kit.mail.message import Attachment, Link, compose, pictures_of
from kpi_kit.mail.report import message_id

if TYPE_CHECKING:
    from email.headerregistry import Address
    from email.message import EmailMessage

    from kpi_kit.delivery import Delivery
    from kpi_kit.mail.picture import Picture
    from kpi_kit.mail.report import Report

# No letter of it is beyond ASCII, so that every server takes it.
WIRE = policy.SMTP.clone(cte_type="7bit")
WHY = "You are on the list for this report. To be taken off it, answer this mail."


class Letters:
    """What a report's recipients get, with its page attached or linked by size."""

    def __init__(self, report: Report, delivery: Delivery) -> None:
        self.report = report
        self.delivery = delivery
        self._composed: dict[tuple[bool, bool], EmailMessage] = {}

    def to(
        self, recipient: Address, *, revised: bool = False, largest: int | None = None
    ) -> bytes:
        """Return the mail to one recipient, its lines ended by CR LF.

        Parameters
        ----------
        recipient
            The only one that it names.
        revised
            Whether this recipient may have the report with other numbers.
        largest
            The bytes that the server takes; where an attached page makes it more, the
            page is linked.
        """
        attached = len(self._page) <= self.delivery.attach_up_to
        content = self._content(recipient, revised=revised, attached=attached)
        if attached and largest is not None and len(content) > largest:
            content = self._content(recipient, revised=revised, attached=False)
        return content

    @cached_property
    def _page(self) -> bytes:
        from kpi_kit.render import render  # noqa: PLC0415 - a run has it by now

        # Of this very notebook; the file beside it may be another run's.
        return render(self.report.notebook).encode()

    @cached_property
    def _pictures(self) -> dict[str, Picture]:
        return pictures_of(self.report.notebook)

    def _content(self, recipient: Address, *, revised: bool, attached: bool) -> bytes:
        kind = (revised, attached)
        if kind not in self._composed:
            self._composed[kind] = self._compose(revised=revised, attached=attached)
        message = self._composed[kind]
        sender = self.delivery.sender
        # The sender's domain, for nobody else may name mails in it.
        named = message_id(self.report.key, same(recipient), sender.domain)
        for name, value in (
            ("From", sender),
            ("To", recipient),
            ("Reply-To", self.delivery.reply_to),
            ("Date", localtime()),
            ("Message-ID", named),
        ):
            del message[name]
            if value is not None:
                message[name] = value
        return message.as_bytes(policy=WIRE)

    def _compose(self, *, revised: bool, attached: bool) -> EmailMessage:
        name, page = self.report.name, self._page
        if attached:
            part: Attachment | Link = Attachment(name=name, content=page)
        else:
            folder = self.delivery.reports_url
            address = f"{folder}{self.report.key.slug}/{name}" if folder else ""
            part = Link(name=name, size=len(page), address=address)
        given = {"page": part, "pictures": self._pictures, "why": WHY}
        return compose(self.report.notebook, revised=revised, **given)
