"""Figures in the text format of Prometheus. Labels are words of ours from short lists: no texts, no ids, no names."""

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from handlers.web.figures import Figures
from handlers.web.health import unready
from handlers.web.vitals import Role, Vitals


class Metrics(Collector):
    """All families of one process, in a registry of its own."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals
        self._figures: Figures | None = None
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def page(self, figures: Figures | None) -> bytes:
        """Return everything; `figures` None = the database does not answer, its families are left out."""
        self._figures = figures
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        """Return the families. Called by the registry."""
        yield from _state(self._vitals, self._figures is not None)
        yield from _hearing(self._vitals)
        yield from _speaking(self._vitals)
        if self._figures is not None:
            yield from _kept(self._figures)


def _state(vitals: Vitals, answers: bool) -> Iterator[Metric]:
    yield _one("gridbot_ready", "1 = this process is of use (/readyz says why not)", float(not unready(vitals)))
    yield _one("gridbot_database_answers", "1 = the figures below come from the database", float(answers))
    roles = GaugeMetricFamily("gridbot_role", "1 = what this process does for a part", labels=["part", "role"])
    for part, has in (("listener", vitals.listener), ("speaker", vitals.speaker)):
        for role in Role:
            roles.add_metric([part, role.value.replace(" ", "_")], float(has is role))
    yield roles


def _hearing(vitals: Vitals) -> Iterator[Metric]:
    ages = {
        "telegram_answer": ("any call was answered by Telegram", vitals.telegram_at),
        "fetch": ("long polling brought an answer, empty or not", vitals.fetched_at),
        "update": ("an update that came over the webhook was committed", vitals.update_at),
    }
    for name, (what, moment) in ages.items():
        age = vitals.age(moment)
        if age is not None:
            yield _one(f"gridbot_last_{name}_age_seconds", f"Seconds since {what}", age)
    waiting = vitals.waiting()
    if waiting is not None:
        yield _one("gridbot_waiting_updates", "Updates that wait at Telegram, as it said last", waiting)
    totals = vitals.totals()
    yield _counted("gridbot_updates", "Updates since the start, by end", "end", totals.updates)
    codes = {str(code): count for code, count in totals.requests.items()}
    yield _counted("gridbot_webhook_requests", "Deliveries to the webhook, by answer", "code", codes)
    yield _one("gridbot_listener_stuck", "1 = what was heard last could not be kept", float(vitals.stuck()))


def _speaking(vitals: Vitals) -> Iterator[Metric]:
    told = "Ends of calls that speak, since the start; flood_waits are Telegram's 429s"
    yield _counted("gridbot_speaker_calls", told, "end", vitals.totals().speaker)


def _kept(figures: Figures) -> Iterator[Metric]:
    yield _one("gridbot_speaking_lag_seconds", "How long the oldest row that may be said has waited", figures.unsaid)
    yield _by("gridbot_outbox_rows", "Rows of the outbox, by status", "status", figures.outbox)
    tickets = GaugeMetricFamily("gridbot_open_tickets", "Open tickets", labels=["status", "deadline_class"])
    for (status, deadline_class), count in sorted(figures.tickets.items()):
        tickets.add_metric([status, deadline_class], count)
    yield tickets
    yield _one("gridbot_oldest_open_ticket_age_seconds", "Age of the oldest open ticket", figures.oldest_ticket)
    yield _one("gridbot_parked_updates", "Updates parked within the last day", figures.parked)
    yield _by("gridbot_audit_findings", "What should have happened and did not, by kind", "kind", figures.findings)


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _by(name: str, what: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _counted(name: str, what: str, label: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, what, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
