"""Forms, packages, what was filed, and copies of it."""

from __future__ import annotations

import argparse
from dataclasses import replace

from sqlalchemy import select

from casedesk.base.errors import DocumentError, InvalidEntry
from casedesk.base.i18n import language, tr
from casedesk.casework import copies, custody, filings, letters, maskings, package, preflight, templates
from casedesk.casework.courts import filed_at
from casedesk.casework.earlier import Earlier
from casedesk.casework.forms import Form, find_form, forms, unreadable, within
from casedesk.casework.sealing import Sealing, timestamp_server
from casedesk.cli import passphrase
from casedesk.cli.opened import cabinet, language_of, matter_of, profile_of
from casedesk.cli.told import answer, progress, say
from casedesk.exports.letters.choice import Choice
from casedesk.records import Evidence
from casedesk.records.words import MaskDecision
from casedesk.store.cabinet import Store

Options = argparse.Namespace


def package_write(options: Options) -> int:
    """What is missing and what to know goes to stderr; then letter, bundle, workbook, originals and manifest."""
    sealing = _sealing(options)
    with matter_of(options) as (store, matter):
        form = filed_at(find_form(options.form or profile_of(matter)), options.court)
        form = within(form, options.max_mb, options.max_pages)
        choice = letters.choose(store, matter.id, debt=options.debt, answers=dict(options.fill))
        last = filings.latest(store, matter.id) if options.supplement else None
        if options.supplement and last is None:
            raise InvalidEntry(tr("Nothing has been filed in this matter yet."), tr("File the whole first."))
        follows = filings.earlier(store, last) if last else None
        stops = _tell_before(store, matter.id, form, choice, follows)
        if options.dry_run:
            return DocumentError.exit_code if stops and not options.slip_sheets else 0
        packed = package.write(store, matter.id, options.out, form, lang=options.lang or form.lang, choice=choice,
                               follows=follows, slip_sheets=options.slip_sheets,
                               sealing=replace(sealing, server=_server(options, store)),
                               attach=options.attach_originals, progress=progress)
    of_whole = [message for evidence, message in packed.bundle.problems if evidence is None]
    for message in (*of_whole, *(message for _, message in packed.bundle.moved), *packed.remarks,
                    tr("Seal of the manifest: {seal}", seal=packed.seal)):
        say(message)
    return 0


def _tell_before(store: Store, matter_id: int, form: Form, choice: Choice, follows: Earlier | None) -> bool:
    """Everything that can be known before anything is built; answers whether a file stops the package."""
    found = preflight.look(store, matter_id, form, progress, choice=choice, follows=follows)
    asked = letters.checklist(store, matter_id, form.id, choice)
    missing = [tr("Missing: {label}. To be entered in: {where}.", label=one.label, where=one.where)
               for one in asked.missing if one.required]
    for message in dict.fromkeys([*(one.message for one in found), *missing, *asked.remarks]):
        say(message)
    return any(one.blocks for one in found)


def _server(options: Options, store: Store) -> str:
    """The authority to ask; none where the request is carried by hand."""
    return "" if options.stamp_by_hand else options.tsa or timestamp_server(store)


def _sealing(options: Options) -> Sealing:
    """Who signs and which authority stamps; the passphrase or PIN is asked for before anything is opened."""
    if options.sign is None and options.token is None:
        return Sealing(server=options.tsa, by_hand=options.stamp_by_hand)
    secret = passphrase.of_certificate()
    return Sealing(options.sign, secret, options.tsa, options.token, options.token_label, options.stamp_by_hand)


def template_keep(options: Options) -> int:
    """Keep the firm's template of a form, or forget it."""
    with cabinet(options) as store:
        if options.file is None:
            templates.forget(store, options.form)
        else:
            for place in templates.keep(store, options.file, options.form):
                say(tr("Nothing is named {place}: letters would mark it as unknown.", place=f"{{{{{place}}}}}"))
    return 0


def custody_write(options: Options) -> int:
    """The custody of every piece of evidence as PDF."""
    with matter_of(options) as (store, matter):
        custody.write_history(store, matter.id, options.out, lang=language_of(options, matter))
    return 0


def copy_masked(options: Options) -> int:
    """A package's copy for somebody else; what is withheld, and what a person must look at, goes to stderr."""
    with matter_of(options) as (store, matter):
        recipient = copies.For(options.recipient, options.kind, options.unmasked_pictures)
        done = copies.masked_copy(store, matter.id, options.package, options.out, recipient=recipient,
                                  lang=language_of(options, matter), progress=progress)
    for line in done.told():
        say(line)
    return 0


def mask(options: Options) -> int:
    """Decide what masked copies show of an exhibit with pictures, for one kind of recipient or any."""
    marked: dict[int, list[maskings.Part]] = {}
    for page, part in options.place:
        marked.setdefault(page, []).append(part)
    with matter_of(options) as (store, matter):
        with store.read() as session:
            found = session.scalars(select(Evidence).where(
                Evidence.matter_id == matter.id, Evidence.uuid == options.evidence)).one_or_none()
        if found is None:
            raise InvalidEntry(tr("There is no such evidence in this matter."),
                               tr("Its id is told by: casedesk evidence add --json, casedesk bundle --json."),
                               field="evidence")
        places = maskings.placed(maskings.exhibit(store, found.id), marked) if marked else []
        maskings.decide(store, found.id, options.kind, MaskDecision.BLACKED if marked else options.decision, places)
    return 0


def filed(options: Options) -> int:
    """Keep a package as it was filed; says which deadlines it starts."""
    with matter_of(options) as (store, matter):
        filing = filings.filed(store, matter.id, options.package, recipient=options.recipient, filed_on=options.on,
                               by=options.by, receipt=options.receipt, progress=progress)
        exhibits = filings.page_map(store, filing)
    if options.json:
        answer({"filing": str(filing.uuid), "form": filing.form, "seal": filing.seal, "package": filing.package,
               "answer_due_on": filing.answer_due_on and filing.answer_due_on.isoformat(),
               "exhibits": [{"number": one.number, "evidence": str(one.evidence), "first": one.first,
                             "last": one.last, "pages": one.pages} for one in exhibits]})
    else:
        print(f"{filing.uuid}\t{filing.answer_due_on or ''}")
    return 0


def forms_list(options: Options) -> int:
    """The filing forms, with what each asks for beside the records."""
    told = [{
        "id": one.id, "title": one.title[language()], "jurisdiction": one.jurisdiction, "lang": one.lang,
        "required": list(one.required), "asked": {asked.name: asked.text[language()] for asked in one.asked},
        "choices": {asked.name: list(asked.choices) for asked in one.asked if asked.choices},
    } for one in forms().values()]
    for problem in unreadable().values():
        say(str(problem))
    if options.json:
        answer(told)
    else:
        for form in told:
            print(f"{form['id']}\t{form['title']}")
    return 0


def checklist(options: Options) -> int:
    """What a form still lacks for a matter; exit 0 also when something is missing."""
    with matter_of(options) as (store, matter):
        choice = letters.choose(store, matter.id, debt=options.debt, answers=dict(options.fill))
        found = letters.checklist(store, matter.id, options.form, choice)
    if options.json:
        answer({"form": found.form.id, "complete": found.complete, "missing": [vars(one) for one in found.missing],
               "basis": [{"text": one.text[language()], "confidence": one.confidence, "source": one.source}
                         for one in found.basis],
               "attachments": found.attachments, "copies": found.copies, "remarks": found.remarks})
    else:
        for one in found.missing:
            print(f"{'!' if one.required else '-'}\t{one.label}\t{one.where}")
        for remark in found.remarks:
            say(remark)
    return 0
