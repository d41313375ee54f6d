"""What customers, agents and machines write in the demo helpdesk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.sources.demo.issues import ISSUES

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPENINGS = {
    "Order status": (
        "I ordered a tent ten days ago and the page still says it is being packed.",
        "Can you tell me when my order will leave your warehouse?",
        "My confirmation never came. Did my order go through?",
        "I need the jacket before Saturday. Is it on its way?",
    ),
    "Delivery problem": (
        "Tracking says delivered, but there is no parcel at my door.",
        "The box arrived crushed and one of the two lamps is missing.",
        "The carrier left my parcel at an address I have never heard of.",
        "My parcel has not moved for six days. Is it lost?",
    ),
    "Returns and refunds": (
        "The boots are too small. How do I send them back?",
        "You got my return two weeks ago and I still wait for the money.",
        "The return label does not scan at the post office.",
        "I would like to swap the blue jacket for the green one.",
    ),
    "Product question": (
        "Does the two-person tent fit two wide mats?",
        "Which gas cartridge goes with the small stove?",
        "Is the rain shell waterproof or only water repellent?",
        "How do I wash a down sleeping bag without ruining it?",
    ),
    "Payment": (
        "My card was charged twice for the same order.",
        "The checkout refuses my card although my bank says it is fine.",
        "I need an invoice with my company's address on it.",
        "The discount code was taken but the price did not change.",
    ),
    "Login and account": (
        "I cannot reset my password, the link has expired every time.",
        "How do I change the e-mail address of my account?",
        "Please merge my two accounts, my orders are in both.",
        "My saved addresses have gone from my account.",
    ),
    "Gift cards": (
        "The gift card I bought for my sister never reached her.",
        "The balance of my gift card shows as zero, but I have not used it.",
        "Can I pay one order with two gift cards?",
        "The code on the card cannot be read any more.",
    ),
    "Warranty": (
        "The zip of my backpack broke after three weeks.",
        "The sole is coming off boots that I bought last autumn.",
        "My headlamp stopped charging. Is that covered?",
        "A pole of the tent snapped on its second night out.",
    ),
    "Sign-in after release 4.2": (
        "Since the app updated itself I wait for a sign-in code that never comes.",
        "The new version throws me out the moment I open my basket.",
        "After the update it says that my account does not exist.",
        "The sign-in page goes round in circles since yesterday's update.",
    ),
}
_ANSWERS = {
    "Order status": (
        "Your order leaves our warehouse tomorrow; the tracking link follows by mail.",
        "It was packed this morning and should reach you within three days.",
        "I have resent the confirmation. Everything you ordered is in stock.",
    ),
    "Delivery problem": (
        "I am sorry about that. A replacement has been booked and ships today.",
        "The carrier found it at the depot and brings it on the next working day.",
        "I have opened a claim and refunded the missing part at once.",
    ),
    "Returns and refunds": (
        "Here is a fresh label. The refund follows two days after we get the parcel.",
        "Your refund was sent today; banks take up to three days to show it.",
        "The exchange is booked. Keep the jacket until the other one is with you.",
    ),
    "Product question": (
        "Yes, that works: two wide mats fit side by side with room for the boots.",
        "You need the threaded kind; both sizes we sell will do.",
        "It is fully waterproof. Wash it cold and let it dry slowly.",
    ),
    "Payment": (
        "One of the two charges was a hold and drops off within two days.",
        "I have sent the invoice with the address you gave us.",
        "The code needs a basket of 50; I have taken the discount off by hand.",
    ),
    "Login and account": (
        "I have sent a new link that works for a day. Open it on the same device.",
        "Both accounts are one now and all your orders are in it.",
        "Your new address is saved; please sign in with it from now on.",
    ),
    "Gift cards": (
        "I have sent the card again, this time to the address you gave.",
        "The balance is right again. Sorry for the scare.",
        "Yes, enter the second code after the first one is taken off.",
    ),
    "Warranty": (
        "That is covered. Please send a photo and a new one goes out.",
        "Our workshop repairs this free of charge; the label is attached.",
        "We no longer make that part, so here is credit for the full price.",
    ),
    "Sign-in after release 4.2": (
        "Please delete the app, install it again and ask for a new code.",
        "I have reset the sign-in of your account; try it in ten minutes.",
        "The code went to your old address. It is corrected now.",
    ),
}
_WORDS = {
    "holding": (
        "Thanks for writing. We are looking into it and will get back to you.",
        "I have received your request and will check with my colleagues.",
        "We are sorry for the trouble. Somebody will look at this shortly.",
        "Your message is with the right people. Please bear with us.",
        "Just to let you know that we are on it.",
        "I need a little more time for this and will write again soon.",
        "Thank you for your patience, we are still checking.",
        "This has our attention. More news as soon as we have it.",
    ),
    "canned": (
        "Please see our help page on this topic. We consider the matter solved.",
        "This usually fixes itself within a day. Closing the ticket for now.",
        "Kindly follow the steps in our guide. Have a nice day.",
        "Your request has been handled according to our policy.",
    ),
    "passing on": (
        "I am passing this on to a colleague who can change it.",
        "This needs our second line. They have all you wrote.",
        "I may not do this myself, so I have handed it to the right team.",
        "Our specialists take over from here and write to you directly.",
    ),
    "specialist": (
        "We found the cause and corrected it. Please try once more.",
        "The record was wrong on our side and is mended now.",
        "You were right. The team in charge has put it in order today.",
        "It is done. You should see the difference within a day.",
        "This was our fault. It is put right and noted on your account.",
    ),
    "further answer": (
        "Thanks for the details. That was what I needed and it is done.",
        "I have tried it here and it works. Please do it in this order.",
        "You are right, I had overlooked that. It is corrected.",
        "Here is the link again, and the steps one by one.",
        "I have noted it on your order so that nobody asks you again.",
        "The amount is confirmed and on its way.",
    ),
    "follow-up": (
        "That did not work for me, the same message comes up.",
        "Thanks, but I had asked something else.",
        "Is there any news? I have waited since my last message.",
        "Here is the photo and the order number.",
        "I was transferred twice and had to explain everything again.",
        "The answer is confusing. Which of the two buttons do you mean?",
        "I have done all of that already.",
        "How long will it take?",
    ),
    "reopening": (
        "It is broken again, exactly as before.",
        "You closed this, but nothing has arrived.",
        "The refund has still not come. Please look again.",
        "Why is this marked as solved? It is not.",
        "It worked for a day and now I am back where I was.",
        "Nobody answered my question.",
    ),
    "thanks": (
        "Perfect, thank you!",
        "Great, that did it.",
        "Thanks for the quick help.",
        "All good now, have a nice day.",
    ),
    "acknowledgement": (
        "We have received your message. A member of our team will reply soon.",
        "Thank you for contacting Northwind Outfitters. Your ticket is in our queue.",
        "This is an automatic confirmation. Please keep the number of your ticket.",
    ),
    "greeting": (
        "Hello! I am the Northwind helper. I am finding somebody for you.",
        "Welcome to our chat. While you wait, is this about an order?",
    ),
    "note": (
        "Customer has called before about this, see the older ticket.",
        "Checked the order: paid, packed, label printed.",
        "No right to do this here; the second line has to.",
        "Could not find an article on this in the knowledge base.",
        "Account looks fine from our side, asking engineering.",
    ),
    "call": (
        "Customer called. Wrote down what is wrong and what was promised.",
        "Phone call taken; the customer wants the answer by mail.",
        "Call about an open question, logged for the record.",
    ),
    "alert": (
        "Carrier notice: the parcel could not be handed over.",
        "Stock notice: an article of this order is no longer available.",
    ),
}


def _laid_out() -> tuple[tuple[str, ...], dict[str, tuple[int, int]]]:
    banks = {f"opening {issue}": _OPENINGS[issue] for issue in ISSUES}
    banks |= {f"answer {issue}": _ANSWERS[issue] for issue in ISSUES} | _WORDS
    texts: list[str] = []
    places = {}
    for name, bank in banks.items():
        places[name] = (len(texts), len(bank))
        texts += bank
    return tuple(texts), places


TEXTS, _PLACES = _laid_out()
"""Every text, and where those of a kind begin and how many they are."""


def words(kind: str, luck: np.ndarray) -> np.ndarray:
    """Return a text of a kind for each number of 0..1, as its place in `TEXTS`."""
    first, count = _PLACES[kind]
    return first + (luck * count).astype("int64")


def words_by_issue(kind: str, issue: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Return an ``opening`` or ``answer`` that fits the issue of each ticket."""
    first, count = _PLACES[f"{kind} {ISSUES[0]}"]
    return first + issue * count + (luck * count).astype("int64")


def column(by_kind: Mapping[str, float]) -> np.ndarray:
    """Return one number per text, that of its kind; 0 for those of other kinds."""
    found = np.zeros(len(TEXTS))
    for name, (first, count) in _PLACES.items():
        kind = "answer" if name.startswith("answer ") else name
        found[first : first + count] = by_kind.get(kind, 0)
    return found
