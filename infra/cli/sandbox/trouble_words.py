"""Names of the troubles of a simulation, in the reader's language."""

from infra.translation import tr


def trouble_words(kind: str) -> str:
    """The words of a kind of trouble, as tests/simulation counts it; of an unknown one only its name."""
    known = {
        "500": tr("a provider answers 500"),
        "503": tr("a provider answers 503"),
        "account limit": tr("the account may send no more SMS"),
        "busy": tr("a transaction meets others too often"),
        "change": tr("the practice changes something"),
        "closed days changed": tr("a person changes the closed days"),
        "crash after": tr("a worker crashes after a call"),
        "crash before": tr("a worker crashes before a call"),
        "dark day": tr("a day has no ticks"),
        "e-mails stopped": tr("too many e-mails of a practice bounce"),
        "event lost": tr("a changed parameter is not reported"),
        "wrong clock": tr("a worker's clock is 40 minutes wrong"),
        "hang": tr("a worker hangs"),
        "index lag": tr("the table's index lags"),
        "message twice": tr("a queue delivers a message twice"),
        "no connection": tr("no connection to a provider"),
        "not authorised": tr("a provider refuses all requests"),
        "out of office": tr("a patient's mailbox answers automatically"),
        "outage": tr("a provider is down"),
        "patient stopped": tr("a person stops a patient"),
        "pause --all": tr("a person pauses all practices"),
        "practice removed": tr("a person removes a practice"),
        "receipt": tr("a receipt comes early, late, twice or never"),
        "refused": tr("a provider refuses an address"),
        "reset after": tr("the connection breaks after a request"),
        "throttled": tr("a provider throttles"),
        "tick lost": tr("a tick is lost"),
        "tick twice": tr("a tick comes twice"),
        "timeout after": tr("no answer to a request that arrived"),
        "timeout before": tr("no answer to a request that did not arrive"),
        "unanswered after": tr("no answer to a call that took effect"),
        "unanswered before": tr("no answer to a call that did not take effect"),
    }
    return known.get(kind, kind)
