"""The closed lists of words the records use."""

from __future__ import annotations

from casedesk.base.fields import Choice
from casedesk.base.i18n import N_


class Jurisdiction(Choice):
    """Whose law a matter is under."""

    CN = "cn", N_("Mainland China")
    US = "us", N_("United States")
    EW = "ew", N_("England & Wales")


class MatterKind(Choice):
    """What a matter is about."""

    HARASSMENT = "harassment", N_("Harassment complaint")
    NEGOTIATION = "negotiation", N_("Negotiation")
    DEFENCE = "defence", N_("Defence in a suit")
    PERSONALITY = "personality", N_("Personality-right claim")
    CREDIT_REPORT = "credit-report", N_("Credit-report objection")


class MatterStatus(Choice):
    """Where a matter stands."""

    OPEN = "open", N_("Open")
    WAITING = "waiting", N_("Waiting for an answer")
    CLOSED = "closed", N_("Closed")


class Sex(Choice):
    """As in the identity document."""

    FEMALE = "female", N_("Female")
    MALE = "male", N_("Male")


class IdentityKind(Choice):
    """The document a person is identified by."""

    RESIDENT = "resident-id", N_("Resident identity card")
    PASSPORT = "passport", N_("Passport")
    OTHER = "other", N_("Other document")


class Role(Choice):
    """Who was reached, seen from the debtor."""

    DEBTOR = "debtor", N_("Debtor")
    GUARANTOR = "guarantor", N_("Guarantor")
    SPOUSE = "spouse", N_("Spouse")
    RELATIVE = "relative", N_("Relative")
    FRIEND = "friend", N_("Friend")
    COLLEAGUE = "colleague", N_("Colleague")
    EMPLOYER = "employer", N_("Employer")
    NEIGHBOUR = "neighbour", N_("Neighbour")
    OTHER = "other", N_("Other person")


class CreditorKind(Choice):
    """The lender's licence decides which rules bind it."""

    BANK = "bank", N_("Bank")
    CONSUMER_FINANCE = "consumer-finance", N_("Consumer finance company")
    AUTO_FINANCE = "auto-finance", N_("Auto finance company")
    MICRO_LOAN = "micro-loan", N_("Micro-loan company")
    PLATFORM = "platform", N_("Lending platform")
    ASSIGNEE = "assignee", N_("Assignee of the debt")
    PRIVATE = "private", N_("Private lender")
    OTHER = "other", N_("Other creditor")


class Product(Choice):
    """What was lent."""

    CREDIT_CARD = "credit-card", N_("Credit card")
    ONLINE_LOAN = "online-loan", N_("Online consumer loan")
    CONSUMER_LOAN = "consumer-loan", N_("Consumer loan")
    CAR_LOAN = "car-loan", N_("Car loan")
    MORTGAGE = "mortgage", N_("Mortgage")
    BUSINESS_LOAN = "business-loan", N_("Business loan")
    PRIVATE_LOAN = "private-loan", N_("Private loan")
    OTHER = "other", N_("Other debt")


class GuaranteeKind(Choice):
    """How a guarantor is bound (Civil Code 686)."""

    GENERAL = "general", N_("General guarantee")
    JOINT = "joint", N_("Joint and several guarantee")
    UNCLEAR = "unclear", N_("Not agreed or unclear")


class Compounding(Choice):
    """Whether interest that is not paid bears interest, and from when."""

    NONE = "none", N_("None")
    OVERDUE = "overdue", N_("On interest unpaid when due")
    QUARTERLY = "quarterly", N_("Every three months")
    MONTHLY = "monthly", N_("Every month")


class ClaimKind(Choice):
    """What a claimed amount is said to be."""

    PRINCIPAL = "principal", N_("Principal")
    INTEREST = "interest", N_("Interest")
    OVERDUE = "overdue", N_("Overdue interest")
    COMPOUND = "compound", N_("Compound interest")
    DAMAGES = "damages", N_("Liquidated damages")
    FEE = "fee", N_("Fee")
    COST = "cost", N_("Cost of enforcement")
    DELAY = "delay", N_("Interest for delayed performance")


class ActKind(Choice):
    """What happened that limitation looks at."""

    DEMAND = "demand", N_("Demand that arrived")
    PROMISE = "promise", N_("Debtor agreed to perform")
    DEDUCTION = "deduction", N_("Deduction from the account")
    SUIT = "suit", N_("Suit or arbitration")
    ENFORCEMENT = "enforcement", N_("Application for enforcement")
    MEDIATION = "mediation", N_("Request to a mediation body")
    POLICE = "police", N_("Report to the police")
    ASSIGNMENT = "assignment", N_("Notice of assignment")
    DEMAND_GUARANTOR = "demand-guarantor", N_("Demand on the guarantor")
    OBSTACLE = "obstacle", N_("Obstacle that suspends")


class PlanKind(Choice):
    """How a debt is to be paid."""

    EQUAL = "equal", N_("Equal instalments")
    GRADUATED = "graduated", N_("Rising instalments")
    BALLOON = "balloon", N_("Small instalments, a large last one")
    INTEREST_FREE = "interest-free", N_("Interest-free instalments")
    WAIVER = "waiver", N_("Part waived, rest in instalments")
    LUMP_SUM = "lump-sum", N_("Lump sum")


class CircumstanceKind(Choice):
    """A circumstance that decides what a client can pay."""

    INCOME = "income", N_("Income")
    COST = "essential-cost", N_("Essential cost")
    DEPENDANT = "dependant", N_("Dependant")
    OTHER_PLAN = "other-plan", N_("Other repayment plan")
    HEALTH = "health", N_("Health")
    ASSET = "asset", N_("Asset")
    OTHER = "other-circumstance", N_("Other circumstance")


class WarningAnswer(Choice):
    """What the lawyer decided after a warning."""

    GO_ON = "go-on", N_("Go on, the client agrees")
    REFRAIN = "refrain", N_("Do not do it")


class Channel(Choice):
    """How contact was made."""

    CALL = "call", N_("Call")
    SMS = "sms", N_("SMS")
    CHAT = "chat", N_("Chat")
    EMAIL = "email", N_("E-mail")
    LETTER = "letter", N_("Letter")
    VISIT = "visit", N_("Visit")
    POSTING = "posting", N_("Public posting")
    PUSH = "push", N_("App message")


class Direction(Choice):
    """Who contacted whom."""

    IN = "in", N_("Incoming")
    OUT = "out", N_("Outgoing")


class CallKind(Choice):
    """Which of the two kinds of collection call it was (GB/T 45251-2025, 5.3)."""

    UNKNOWN = "unknown", N_("Not known")
    INFORMING = "informing", N_("Informing call")
    INTERACTIVE = "interactive", N_("Interactive call")


class SourceKind(Choice):
    """Where the knowledge of an incident comes from."""

    MEMORY = "memory", N_("Client's memory")
    BILL = "bill", N_("Operator's bill")
    PHONE = "phone", N_("Phone's log")
    RECORDING = "recording", N_("Recording")
    SCREENSHOT = "screenshot", N_("Screenshot")
    DOCUMENT = "document", N_("Document")


class NoticeKind(Choice):
    """What the other side was told."""

    REPRESENTATION = "representation", N_("Lawyer represents the client")
    OBJECTION = "objection", N_("Written objection to the debt")
    STOP_THIRD = "stop-third-person", N_("Stop contacting a third person")
    AGREED_HOURS = "agreed-hours", N_("Hours of contact agreed upon")
    STOP_ALL = "stop-all", N_("Stop all contact")
    ASSIGNMENT = "assignment", N_("Assignment of the debt notified")
    CONSENT = "consent", N_("Agreed to be contacted")
    BAD_HOURS = "bad-hours", N_("Hours named that do not suit")
    NO_WORK = "no-work", N_("No contact at the workplace")
    MEDIUM = "medium", N_("Stop using one channel")
    BREATHING = "breathing-space", N_("Breathing space (debt moratorium)")
    OTHER = "other", N_("Other notice")


class FindingState(Choice):
    """What a lawyer decided about a finding."""

    QUESTION = "question", N_("Waits for a fact")
    OPEN = "open", N_("Undecided")
    CONFIRMED = "confirmed", N_("Confirmed")
    DISMISSED = "dismissed", N_("Dismissed")


class Side(Choice):
    """Whose move it is in a negotiation."""

    CLIENT = "client", N_("Our client")
    CREDITOR = "creditor", N_("The creditor")


class OfferState(Choice):
    """What became of an offer."""

    OPEN = "open", N_("Waiting for an answer")
    ACCEPTED = "accepted", N_("Accepted")
    REFUSED = "refused", N_("Refused")
    COUNTERED = "countered", N_("Countered")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    EXPIRED = "expired", N_("Expired")


class AgreementForm(Choice):
    """How an agreement was made."""

    WRITTEN = "written", N_("Written")
    ORAL = "oral", N_("Oral")
    ONLINE = "online", N_("Online")


class EvidenceKind(Choice):
    """The class of evidence a court files it under (证据种类)."""

    DOCUMENT = "document", N_("Documentary evidence")
    OBJECT = "object", N_("Physical evidence")
    AUDIO_VISUAL = "audio-visual", N_("Audio-visual material")
    ELECTRONIC = "electronic", N_("Electronic data")
    WITNESS = "witness", N_("Witness testimony")
    STATEMENT = "statement", N_("Statement of a party")
    EXPERT = "expert", N_("Expert opinion")
    INSPECTION = "inspection", N_("Record of inspection")


class EvidenceForm(Choice):
    """Whether the court is shown the original."""

    ORIGINAL = "original", N_("Original")
    COPY = "copy", N_("Copy")


class CustodyAction(Choice):
    """What happened to a kept file."""

    RECEIVED = "received", N_("Received")
    EXPORTED = "exported", N_("Exported")
    VERIFIED = "verified", N_("Verified")
    RESTORED = "restored", N_("Taken from the trash")
    DISCARDED = "discarded", N_("Moved to the trash")


class RecipientKind(Choice):
    """For whom a masked copy is."""

    ANY = "any", N_("Any recipient")
    REGULATOR = "regulator", N_("Regulator")
    POLICE = "police", N_("Police")
    ASSOCIATION = "association", N_("Association or platform")
    OPPONENT = "opponent", N_("The other side")
    OTHER = "other", N_("Another recipient")


class MaskDecision(Choice):
    """What a masked copy shows of an exhibit with pictures."""

    BLACKED = "blacked", N_("Black where it is marked")
    SHOWN = "shown", N_("Shown as it is")
    WITHHELD = "withheld", N_("Not given")


class FilingState(Choice):
    """Where a filing stands."""

    PREPARED = "prepared", N_("Prepared")
    FILED = "filed", N_("Filed")
    ACCEPTED = "accepted", N_("Accepted")
    MORE_WANTED = "more-wanted", N_("More wanted")
    ANSWERED = "answered", N_("Answered in writing")
    REFUSED = "refused", N_("Refused")
    JUDGED = "judged", N_("Judgment served")
    RULED = "ruled", N_("Ruling served")


class UserRole(Choice):
    """What a user is in the firm, and with it what they may do (see `rights`)."""

    OWNER = "owner", N_("Owner")
    LAWYER = "lawyer", N_("Lawyer")
    PARALEGAL = "paralegal", N_("Paralegal")
    READ_ONLY = "read-only", N_("Read-only")
    OTHER = "other", N_("Other")


class Severity(Choice):
    """How grave a rule is: the program's own scale, from no rule."""

    S4 = "S4", N_("Possible crime or police matter")
    S3 = "S3", N_("Statute or rule of public law")
    S2 = "S2", N_("Binding regulation or standard's limit")
    S1 = "S1", N_("Self-regulation or weak indicator")


class Confidence(Choice):
    """How well a rule's wording is known."""

    VERIFIED = "verified", N_("Text verified")
    REPRODUCED = "reproduced", N_("Wording reproduced by others")
    SECONDARY = "secondary", N_("Secondary source")
    UNVERIFIED = "unverified", N_("Unverified")


class ContentTag(Choice):
    """What the log's tags mean to the rules; any other tag is free text and no rule reads it."""

    DEMAND = "demand", N_("Payment demanded")
    RELAY = "relay", N_("Only asked to pass on a message")
    DISCLOSED = "disclosed", N_("Debt disclosed to a third person")
    THREAT_HARM = "threat-harm", N_("Threat of violence")
    THREAT_VISIT = "threat-visit", N_("Threat of a visit")
    THREAT_ARREST = "threat-arrest", N_("Threat of arrest")
    THREAT_SUIT = "threat-suit", N_("Threat of a suit")
    THREAT_CONTACTS = "threat-contacts", N_("Threat to call all contacts")
    THREAT_EMPLOYER = "threat-employer", N_("Threat to tell the employer")
    THREAT_FAMILY = "threat-family", N_("Threat to tell the family")
    THREAT_PUBLICITY = "threat-publicity", N_("Threat to make it public")
    INSULT = "insult", N_("Insults")
    OBSCENE = "obscene", N_("Obscene words")
    POSING_POLICE = "posing-police", N_("Posing as police")
    POSING_COURT = "posing-court", N_("Posing as a court")
    POSING_LAWYER = "posing-lawyer", N_("Posing as a lawyer")
    POSING_BANK = "posing-bank", N_("Posing as the bank")
    FAKE_DOCUMENT = "fake-document", N_("Sham official document")
    FALSE_CONSEQUENCE = "false-consequence", N_("False legal consequence")
    BLACKLIST = "blacklist", N_("Invented blacklist")
    FALSE_AMOUNT = "false-amount", N_("Wrong amount or status")
    FALSE_CREDIT = "false-credit", N_("False credit information")
    OTHER_NAME = "other-name", N_("Another company's name used")
    EXTRA_FEE = "extra-fee", N_("Extra fee demanded")
    PRIVATE_ACCOUNT = "private-account", N_("Private account")
    PRIVATE_PHONE = "private-phone", N_("Collector's private phone or account")
    INDUCE_LOAN = "induce-loan", N_("Urged to borrow elsewhere")
    PRESSURE = "pressure", N_("Unreasonable sum or time demanded")
    OFFER_IGNORED = "offer-ignored", N_("Reasonable offer ignored")
    PUBLIC_POSTING = "public-posting", N_("Posted in public")
    HOME_ENTRY = "home-entry", N_("Entered or would not leave the home")
    RESTRAINT = "restraint", N_("Followed, blocked or held")
    SOFT_VIOLENCE = "soft-violence", N_("Wreath, paint, glue, message bombing")
    ENFORCEMENT = "enforcement", N_("Enforcement step")
    DATA_MISUSE = "data-misuse", N_("Used data never given")
    SUB_ENTRUSTED = "sub-entrusted", N_("Collector of a collector")
    AT_WORK = "at-work", N_("At the workplace")
    MINOR_SCHOOL = "minor-school", N_("A minor or a school")
    NO_RECORDING = "no-recording", N_("Visit not recorded by them")
    VISIT_UNANNOUNCED = "visit-unannounced", N_("Visit without notice or purpose")
    LETTER_INCOMPLETE = "letter-incomplete", N_("Letter lacks what it must say")
    NO_WARNING = "no-warning", N_("Did not say it was debt collection")
    NO_OPTOUT = "no-optout", N_("Message without a way to opt out")
    WORK_EMAIL = "work-email", N_("To the work e-mail address")
    MARKED_PLACE = "marked-place", N_("At a place named as unsuitable")
    POSTCARD = "postcard", N_("Postcard")
    ENVELOPE = "envelope", N_("Debt shown on the envelope")
    MISLEADING_CARD = "misleading-card", N_("Card that hides its reason")
    PREMIUM_NUMBER = "premium-number", N_("Costly number to call back")
    WRONG_PERSON = "wrong-person", N_("Demanded from the wrong person")
    NUMBER_BLOCKED = "number-blocked", N_("After a number was blocked")
    CONSENTED = "consented", N_("Client had agreed to it")
    NOT_CONNECTED = "not-connected", N_("Busy or out of service")
    VOICEMAIL = "voicemail", N_("Voicemail")
    DROPPED = "dropped", N_("Cut off before any talk")
    WRONG_NUMBER = "wrong-number", N_("Number not of that person")
    ALL_DEBTS = "all-debts", N_("About all debts")
