"""The words of the command line. They are a contract: scripts of law firms depend on them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

from casedesk import __version__
from casedesk.base.i18n import tr
from casedesk.cli.arguments import (
    answer,
    day,
    evidence_id,
    file_answer,
    moment,
    most,
    one_of,
    place,
    same_number,
    seconds,
)
from casedesk.cli.speaking import Parser
from casedesk.records.rights import ROLES
from casedesk.records.words import Channel, Jurisdiction, MaskDecision, MatterKind, RecipientKind, Role

_ANNEXES = ("statement", "negotiation", "schedule")


def parse(words: list[str]) -> argparse.Namespace:
    """The options of a command; files may stand after options also where none need be named."""
    parser = build()
    options, further = parser.parse_known_args(words)
    files = [Path(one) for one in further if not one.startswith("-")]
    if len(files) < len(further) or (files and not hasattr(options, "files")):
        parser.error(tr("unrecognized arguments: {words}", words=" ".join(further)))
    if files:
        options.files = [*options.files, *files]
    return options


def build() -> argparse.ArgumentParser:
    """The whole parser; each verb sets `verb` to the name of its function in `casedesk.cli.verbs`."""
    parser = Parser(
        prog="casedesk", description=tr("The desk of a law firm that stands by people in debt disputes."),
        epilog=tr("Without a command the window opens. The passphrase comes from CASEDESK_PASSPHRASE, the system's "
                  "keyring, or a prompt."))
    parser.add_argument("--version", action="version", version=f"casedesk {__version__}",
                        help=tr("show program's version number and exit"))
    verbs = parser.add_subparsers(dest="command", metavar="COMMAND")
    _cabinet_verbs(verbs)
    _matter_verbs(verbs)
    _log_verbs(verbs)
    _document_verbs(verbs)
    _form_verbs(verbs)
    _safety_verbs(verbs)
    _people_verbs(verbs)
    return parser


Verbs: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - has no public name


def _verb(verbs: Verbs, name: str, call: str, help: str, *, json: bool = False,  # noqa: A002
          cabinet: bool = True) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=help, description=help)
    verb.set_defaults(verb=call)
    if cabinet:
        verb.add_argument("cabinet", metavar="CABINET", help=tr("folder of the cabinet, or postgresql:// address"))
        _user(verb)
    if json:
        verb.add_argument("--json", action="store_true", help=tr("print machine-readable JSON on stdout"))
    return verb


def _user(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--user", default="", metavar="NAME",
                      help=tr("who you are, where the cabinet has several users (default: CASEDESK_USER)"))


def _vault(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--vault", choices=("folder", "database"), default="folder",
                      help=tr("where an office keeps its evidence and the wrapped key: a shared folder (default), or, "
                              "for a small firm, the database too"))


def _matter(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--matter", required=True, metavar="REF", help=tr("reference of the matter"))


def _lang(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--lang", choices=("zh", "en"), help=tr("language of the document (default: the matter's)"))


def _cabinet_verbs(verbs: Verbs) -> None:
    demo = _verb(verbs, "demo", "demo", tr("build a sample cabinet and one matter's package"), cabinet=False)
    demo.add_argument("--out", type=Path, required=True, metavar="DIR")
    demo.add_argument("--no-window", action="store_true", help=tr("do not open the window afterwards"))
    new = _verb(verbs, "new", "new", tr("make a new cabinet"))
    new.add_argument("--database", default="", metavar="URL",
                     help=tr("keep its records in this PostgreSQL, 15 or newer (postgresql://user@server/database); a "
                             "CABINET that is such an address is wholly there"))
    _vault(new)
    _verb(verbs, "matters", "matters_list", tr("list the matters"), json=True)


def _matter_verbs(verbs: Verbs) -> None:
    matter = verbs.add_parser(
        "matter", help=tr("add, export or import a matter, choose its team, or how long it is kept")).add_subparsers(
        dest="what", required=True, metavar="add|export|import|team|keep")
    add = _verb(matter, "add", "matter_add", tr("open a matter"))
    add.add_argument("--ref", required=True)
    add.add_argument("--title", required=True)
    add.add_argument("--client", required=True, metavar="NAME")
    add.add_argument("--jurisdiction", type=one_of(Jurisdiction), default=Jurisdiction.CN,
                     metavar="cn|us|ew")
    add.add_argument("--kind", type=one_of(MatterKind), default=MatterKind.HARASSMENT,
                     metavar="|".join(MatterKind))
    export = _verb(matter, "export", "matter_export", tr("write one matter with its files as a documented ZIP"))
    _matter(export)
    export.add_argument("--out", type=Path, required=True, metavar="FILE.zip")
    export.add_argument("--with-privileged", action="store_true",
                        help=tr("also what is privileged, to leave with everything; the history says so"))
    team = _verb(matter, "team", "matter_team", tr("say who sees a matter; without an option, tell it"), json=True)
    _matter(team)
    who = team.add_mutually_exclusive_group()
    who.add_argument("--only", action="append", metavar="NAME", help=tr("restrict it to these users and the owners"))
    who.add_argument("--all", action="store_true", help=tr("let everybody of the firm see it again"))
    keep = _verb(matter, "keep", "matter_keep", tr("say how long a matter is kept, or put it on legal hold"), json=True)
    _matter(keep)
    keep.add_argument("--until", type=day, metavar="2036-12-31", help=tr("it may be destroyed after this day"))
    hold = keep.add_mutually_exclusive_group()
    hold.add_argument("--hold", metavar="REASON", help=tr("nothing of it may be deleted"))
    hold.add_argument("--release", action="store_true", help=tr("end the legal hold"))
    take = _verb(matter, "import", "matter_import", tr("take in a matter file"))
    take.add_argument("file", type=Path, metavar="FILE.zip|FILE.json")


def _log_verbs(verbs: Verbs) -> None:
    log = _verb(verbs, "log", "log", tr("log one incident"), json=True)
    _matter(log)
    log.add_argument("--at", type=moment, required=True, metavar="2026-11-03T22:14+08:00")
    log.add_argument("--channel", type=one_of(Channel), required=True, metavar="|".join(Channel))
    log.add_argument("--number", default="", metavar="TEXT")
    answered = log.add_mutually_exclusive_group()
    answered.add_argument("--answered", dest="answered", action="store_true", default=None)
    answered.add_argument("--missed", dest="answered", action="store_false", default=None)
    log.add_argument("--duration", type=seconds, metavar="SECONDS")
    log.add_argument("--reached", type=one_of(Role), default=Role.DEBTOR, metavar="ROLE",
                     help=", ".join(Role))
    log.add_argument("--words", default="", metavar="TEXT")
    log.add_argument("--tag", action="append", default=[], metavar="TAG")
    log.add_argument("--evidence", action="append", type=Path, default=[], metavar="FILE")
    incidents = _verb(verbs, "incidents", "incidents_list", tr("list a matter's incidents by time"), json=True)
    _matter(incidents)
    evidence = verbs.add_parser("evidence", help=tr("add evidence")).add_subparsers(
        dest="what", required=True, metavar="add")
    add = _verb(evidence, "add", "evidence_add", tr("keep files as evidence of a matter"), json=True)
    _matter(add)
    add.add_argument("files", type=Path, nargs="+", metavar="FILE")
    _import_verb(verbs)
    search = _verb(verbs, "search", "search", tr("search every text of the cabinet"), json=True)
    search.add_argument("words", nargs="+", metavar="WORDS")


def _import_verb(verbs: Verbs) -> None:
    take = _verb(verbs, "import", "import_files", tr("take in bills, phone exports, chats, e-mails and "
                                                     "tables"), json=True)
    _matter(take)
    take.add_argument("files", type=Path, nargs="*", metavar="FILE")
    take.add_argument("--format", default="", metavar="NAME",
                      help=tr("read as this format (default: told by the content)"))
    take.add_argument("--dry-run", action="store_true", help=tr("say what would become of each row and keep nothing"))
    take.add_argument("--zone", default="", metavar="ZONE",
                      help=tr("where times without a zone happened (default: the matter's, like Asia/Shanghai)"))
    take.add_argument("--answer", type=file_answer, action="append", default=[], metavar="[FILE:]KEY=VALUE",
                      help=tr("what a file cannot tell: dates=dmy or mdy (a chat's), day_month=dmy or mdy (a table's), "
                              "year=2026 (a bill's), me=NAME (who the client is); for one of several files also its "
                              "zone, like bill.csv:zone=Europe/London"))
    take.add_argument("--include", action="append", default=[], metavar="NUMBER",
                      help=tr("take the rows of this number although somebody of the phone's address book or a contact "
                              "person has it"))
    take.add_argument("--with-private", action="store_true", help=tr("take all people of the phone's address book"))
    take.add_argument("--exclude", action="append", default=[], metavar="NUMBER",
                      help=tr("leave the rows of this number out: what is private never enters the matter"))
    take.add_argument("--only-known", action="store_true",
                      help=tr("take only rows whose number is known as a collector's or a creditor's"))
    take.add_argument("--same", type=same_number, action="append", default=[], metavar="MASKED=FULL",
                      help=tr("a number the operator masked is this one, like 138****5678=13812345678; without files "
                              "of what was imported before, with --dry-run only said what may be"))
    take.add_argument("--not-same", type=same_number, action="append", default=[], metavar="MASKED=FULL",
                      help=tr("take that back, of what was imported before"))


def _document_verbs(verbs: Verbs) -> None:
    check = _verb(verbs, "check", "check_rules", tr("check a matter against the conduct rules"), json=True)
    _matter(check)
    _lang(check)
    bundle = _verb(verbs, "bundle", "bundle", tr("write the evidence bundle PDF"), json=True)
    _matter(bundle)
    bundle.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    bundle.add_argument("--profile", metavar="ID",
                        help=tr("cn-court, ew-court, us-court (default: the matter's jurisdiction)"))
    _lang(bundle)
    bundle.add_argument("--slip-sheets", action="store_true",
                        help=tr("accept a slip sheet for each file that cannot be shown"))
    bundle.add_argument("--with", action="append", dest="annexes", default=[], choices=_ANNEXES,
                        help=tr("put this into it too: the statement of each debt as of today, the offers, the "
                                "schedules"))
    bundle.add_argument("--pdfa", action="store_true", help=tr("make it PDF/A-2b where its exhibits allow it"))
    workbook = _verb(verbs, "workbook", "workbook", tr("write the workbook XLSX"))
    _matter(workbook)
    workbook.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")
    workbook.add_argument("--with", action="append", dest="annexes", default=[], choices=_ANNEXES[:1],
                          help=tr("put the statement of each debt as of today into it, with formulas"))
    workbook.add_argument("--without", action="append", default=[], choices=_ANNEXES[1:],
                          help=tr("leave the offers or the schedules of agreements out"))
    _lang(workbook)
    package = _verb(verbs, "package", "package_write", tr("write letter, bundle, workbook, originals and manifest"))
    _matter(package)
    package.add_argument("--form", metavar="ID", help=tr("filing form (default: the court form of the jurisdiction)"))
    package.add_argument("--debt", default="", metavar="CONTRACT", help=tr("the debt it is about (default: the first)"))
    package.add_argument("--supplement", action="store_true",
                         help=tr("only evidence added since the last filing, its numbers and pages running on"))
    package.add_argument("--fill", action="append", type=answer, default=[], metavar="NAME=TEXT",
                         help=tr("answer what the form asks for; see: casedesk forms --json"))
    package.add_argument("--out", type=Path, required=True, metavar="DIR")
    package.add_argument("--dry-run", action="store_true",
                         help=tr("only say what is missing or wrong; nothing is written"))
    package.add_argument("--attach-originals", action="store_true",
                         help=tr("put the originals into the bundle too (PDF/A-3b)"))
    signer = package.add_mutually_exclusive_group()
    signer.add_argument("--sign", type=Path, metavar="CERT.p12",
                        help=tr("sign every PDF with this certificate; its passphrase: "
                                "CASEDESK_CERTIFICATE_PASSPHRASE"))
    signer.add_argument("--token", type=Path, metavar="LIBRARY",
                        help=tr("sign with a token through its PKCS#11 library; its PIN: the same variable"))
    package.add_argument("--token-label", default="", metavar="LABEL",
                         help=tr("the certificate on the token, where there are several"))
    stamped = package.add_mutually_exclusive_group()
    stamped.add_argument("--stamp-by-hand", action="store_true",
                         help=tr("write the request manifest.tsq, to be carried to a time-stamp authority; its answer "
                                 "goes beside it as manifest.tsr"))
    stamped.add_argument("--tsa", default="", metavar="URL",
                         help=tr("time-stamp by this authority (default: the one set in the cabinet)"))
    package.add_argument("--court", default="", metavar="ID",
                         help=tr("cut to the limits that are known of this court, like us-sdny"))
    package.add_argument("--max-mb", type=most(float), metavar="N",
                         help=tr("the place takes files of so many MB; the bundle is cut into volumes (default: the "
                                 "form's)"))
    package.add_argument("--max-pages", type=most(int), metavar="N", help=tr("and of so many pages"))
    package.add_argument("--slip-sheets", action="store_true",
                         help=tr("accept a slip sheet for each file that cannot be shown"))
    _lang(package)


def _kind(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--for", dest="kind", type=one_of(RecipientKind), default=RecipientKind.ANY,
                      metavar="|".join(RecipientKind), help=tr("kind of recipient (default: any)"))


def _form_verbs(verbs: Verbs) -> None:
    _verb(verbs, "forms", "forms_list", tr("list the filing forms"), json=True, cabinet=False)
    template = _verb(verbs, "template", "template_keep", tr("keep the firm's own DOCX template, or forget it"))
    template.add_argument("--form", metavar="ID", default="letterhead", help=tr("default: letterhead, for all letters"))
    template.add_argument("file", type=Path, nargs="?", metavar="FILE.docx", help=tr("without it: forget"))
    custody = _verb(verbs, "custody", "custody_write", tr("print the custody of every piece of evidence as PDF"))
    _matter(custody)
    custody.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    _lang(custody)
    copy = _verb(verbs, "copy", "copy_masked", tr("write a package's copy with numbers of persons blacked out"))
    _matter(copy)
    copy.add_argument("package", type=Path, metavar="DIR|FILE.zip")
    copy.add_argument("--recipient", required=True, metavar="NAME")
    _kind(copy)
    copy.add_argument("--unmasked-pictures", action="store_true",
                      help=tr("show exhibits with pictures that nobody has masked (default: they are withheld)"))
    copy.add_argument("--out", type=Path, required=True, metavar="DIR")
    _lang(copy)
    mask = _verb(verbs, "mask", "mask", tr("decide what masked copies show of an exhibit with pictures"))
    _matter(mask)
    mask.add_argument("evidence", type=evidence_id, metavar="EVIDENCE", help=tr("its id, from evidence add --json"))
    _kind(mask)
    what = mask.add_mutually_exclusive_group(required=True)
    what.add_argument("--place", type=place, action="append", default=[], metavar="PAGE:LEFT,TOP,RIGHT,BOTTOM",
                      help=tr("black this part of a page, like 1:0.1,0.2,0.5,0.25 (parts from the left and top edge)"))
    for option, decision, told in (
            ("--as-is", MaskDecision.SHOWN, tr("show it as it is")),
            ("--withhold", MaskDecision.WITHHELD, tr("withhold it")),
            ("--undecided", None, tr("nothing is decided any more"))):
        what.add_argument(option, dest="decision", action="store_const", const=decision, help=told)
    filed = _verb(verbs, "filed", "filed", tr("keep a package as it was filed and start its deadlines"), json=True)
    _matter(filed)
    filed.add_argument("package", type=Path, metavar="DIR|FILE.zip")
    filed.add_argument("--recipient", required=True, metavar="NAME")
    filed.add_argument("--on", type=day, required=True, metavar="2026-11-27")
    filed.add_argument("--by", default="", metavar="HOW", help=tr("portal, counter, registered letter, ..."))
    filed.add_argument("--receipt", default="", metavar="NO")
    checklist = _verb(verbs, "checklist", "checklist", tr("say what a filing form still lacks"), json=True)
    _matter(checklist)
    checklist.add_argument("--form", required=True, metavar="ID", help=tr("filing form"))
    checklist.add_argument("--debt", default="", metavar="CONTRACT",
                           help=tr("the debt it is about (default: the first)"))
    checklist.add_argument("--fill", action="append", type=answer, default=[], metavar="NAME=TEXT")


def _safety_verbs(verbs: Verbs) -> None:
    verify = _verb(verbs, "verify", "verify", tr("verify a cabinet, a package folder or its ZIP"), json=True,
                   cabinet=False)
    verify.add_argument("path", metavar="PATH")
    _user(verify)
    verify.add_argument("--cabinet", metavar="CABINET",
                        help=tr("of a package: whether it is one that this cabinet noted as filed"))
    verify.add_argument("--resume", action="store_true",
                        help=tr("of a cabinet: keep how far it is, and go on from there when it was interrupted"))
    destroy = _verb(verbs, "destroy", "destroy", tr("destroy a matter for good: one person asks, another carries it "
                                                    "out"))
    _matter(destroy)
    destroy.add_argument("--who", required=True, metavar="NAME", help=tr("who asks, or who carries it out"))
    step = destroy.add_mutually_exclusive_group(required=True)
    step.add_argument("--ask", metavar="REASON")
    step.add_argument("--certificate", type=Path, metavar="FILE.json")
    chain = _verb(verbs, "chain", "chain", tr("print the head of the history as an anchor, SEQ:HASH"))
    chain.add_argument("--stamp", action="store_true",
                       help=tr("have the firm's time-stamp authority stamp it (RFC 3161)"))
    chain.add_argument("--out", type=Path, metavar="FILE.jsonl",
                       help=tr("also write the whole history, and beside it verify_chain.py, which checks it"))
    backup = _verb(verbs, "backup", "backup", tr("write an encrypted backup to every place, and check it"), json=True)
    what = backup.add_mutually_exclusive_group()
    what.add_argument("--out", type=Path, metavar="FILE", help=tr("one whole file instead"))
    what.add_argument("--add-place", type=Path, metavar="DIR", help=tr("send backups to this folder too, from now on"))
    what.add_argument("--forget-place", type=Path, metavar="DIR", help=tr("send none there any more; those there stay"))
    what.add_argument("--drill", action="store_true", help=tr("restore the newest into a scratch folder and check it"))
    what.add_argument("--list", action="store_true", help=tr("list the backups, the newest first"))
    move = _verb(verbs, "move", "move", tr("move a cabinet to an office's PostgreSQL, or back (resumable)"), json=True)
    where = move.add_mutually_exclusive_group(required=True)
    where.add_argument("target", nargs="?", metavar="TARGET",
                       help=tr("a new folder, or the address of an empty database (postgresql://user@server/database)"))
    where.add_argument("--undo", action="store_true",
                       help=tr("open a cabinet again that was moved away, as it was then"))
    move.add_argument("--folder", type=Path, metavar="DIR",
                      help=tr("the office's folder for key and evidence, on a share (default: CABINET-office)"))
    _vault(move)
    salvage = _verb(verbs, "salvage", "salvage", tr("make a new cabinet from what can be read of a damaged one, where "
                                                    "no backup is left, and say what is lost"), json=True)
    salvage.add_argument("to", type=Path, metavar="NEW-CABINET")
    restore = _verb(verbs, "restore", "restore", tr("make a cabinet from a backup"), cabinet=False)
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("cabinet", metavar="CABINET")
    _user(restore)
    restore.add_argument("--database", default="", metavar="URL",
                         help=tr("put the records into this empty PostgreSQL database (also: CABINET is its address)"))
    _vault(restore)
    restore.add_argument("--recovery", action="store_true",
                         help=tr("unlock with the recovery key (CASEDESK_RECOVERY_KEY or asked) and set a new "
                                 "passphrase"))
    restore.add_argument("--over", action="store_true",
                         help=tr("where a cabinet is: move it aside and put the backup in its place"))
    restore.add_argument("--older", action="store_true",
                         help=tr("this one is meant although a newer one lies beside it"))


def _people_verbs(verbs: Verbs) -> None:
    _verb(verbs, "rekey", "rekey", tr("give the cabinet a new key: old copies, the old recovery key and the passwords "
                                      "of others open it no more; prints what is new"), json=True)
    recovery = _verb(verbs, "recovery", "recovery", tr("make a new recovery key; the old one opens nothing any more"),
                     json=True)
    recovery.add_argument("--use", action="store_true", help=tr("instead: unlock with the recovery key "
                                                                "(CASEDESK_RECOVERY_KEY or asked) and set a new "
                                                                "passphrase"))
    user = verbs.add_parser("user", help=tr("add, list or disable the users of a cabinet")).add_subparsers(
        dest="what", required=True, metavar="add|list|role|password|disable")
    add = _verb(user, "add", "user_add",
                tr("let somebody open the cabinet by a password of their own (asked, or CASEDESK_NEW_PASSPHRASE); with "
                   "the first, the present passphrase becomes yours, the owner's"))
    _verb(user, "list", "user_list", tr("list the users and their roles"), json=True)
    role = _verb(user, "role", "user_role", tr("give somebody another role"))
    password = _verb(user, "password", "user_password", tr("change your password, or give somebody another one"))
    disable = _verb(user, "disable", "user_disable", tr("somebody may not open the cabinet any more"))
    for verb in (add, role, disable):
        verb.add_argument("name", metavar="NAME")
    password.add_argument("name", metavar="NAME", nargs="?", default="", help=tr("whose (default: your own)"))
    for verb in (add, role):
        verb.add_argument("--role", type=one_of(ROLES), required=True, metavar="|".join(ROLES))
