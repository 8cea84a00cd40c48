from odoo import fields, models

from .insurance_policy_life import IN_FORCE, NEVER_ISSUED

#: records of a kind that a time line shows, the latest ones
EVENTS_OF_A_KIND = 60
LANES = ("life", "policy", "claim", "contact", "voice")
ENDED = ("lapsed", "expired", "matured", "surrendered", "terminated")


class InsuranceArchive(models.Model):
    """What has happened to a client, and what is coming, on one line of time."""

    _inherit = "insurance.archive"

    def _portrait_timeline(self, profiled=True):
        """Return lanes of events, and the window of time that they are shown in."""
        today = fields.Date.context_today(self)
        years = self.env["insurance.parameter"]._get("portrait_years")
        since = fields.Date.subtract(today, years=years)
        until = fields.Date.add(today, years=1)
        lanes = {
            "life": self._life_events(profiled),
            "policy": self._policy_events(),
            "claim": self._claim_events(since),
            "contact": self._contact_events(since),
            "voice": self._voice_events(since),
        }
        labels = self._lane_labels()
        first, last = fields.Date.to_string(since), fields.Date.to_string(until)
        return {
            "from": first,
            "until": last,
            "today": fields.Date.to_string(today),
            "years": [
                {"year": str(year), "date": f"{year}-01-01"}
                for year in range(since.year + 1, until.year + 1)
            ],
            "lanes": [
                {"name": name, "label": labels[name], "closed": lanes[name] is None}
                for name in LANES
            ],
            "events": sorted(
                (
                    {**event, "lane": name}
                    for name, events in lanes.items()
                    for event in events or []
                    if first <= event["date"] <= last
                ),
                key=lambda event: event["date"],
                reverse=True,
            ),
        }

    def _lane_labels(self):
        return {
            "life": self.env._("Life and classes"),
            "policy": self.env._("Policies"),
            "claim": self.env._("Claims"),
            "contact": self.env._("Contacts made"),
            "voice": self.env._("Complaints and praise"),
        }

    def _event(self, day, title, detail="", record=None, tone=""):
        return {
            **self._portrait_day(day),
            "title": title,
            "detail": detail or "",
            "model": record._name if record else False,
            "id": record.id if record else False,
            "tone": tone,
        }

    def _life_events(self, profiled):
        """Return births in the family, the archive's beginning, changes of class."""
        events = [self._event(self.create_date, self.env._("Archive opened"))]
        Person = self._readable(
            "insurance.related.person", ["name", "relation", "birth_date"]
        )
        if Person is not None:
            children = Person.search_fetch(
                [
                    ("archive_id", "=", self.id),
                    ("relation", "in", ("child", "grandchild")),
                    ("birth_date", "!=", False),
                ],
                ["name", "relation", "birth_date"],
            )
            events += [
                self._event(
                    child.birth_date, self.env._("Birth"), child.name, tone="good"
                )
                for child in children
            ]
        events += self._coming_birthday()
        # the classes of before are a profile, too
        return events + self._class_events() if profiled else events

    def _coming_birthday(self):
        if self.client_kind != "individual" or not self.birth_date:
            return []
        today = fields.Date.context_today(self)
        years = today.year - self.birth_date.year
        day = fields.Date.add(self.birth_date, years=years)
        if day < today:
            day = fields.Date.add(self.birth_date, years=years + 1)
        return [self._event(day, self.env._("Birthday"), tone="good")]

    def _class_events(self):
        names = ["day", "dimension", "old_segment_id", "new_segment_id"]
        Change = self._readable("insurance.client.class.change", names)
        if Change is None:
            return []
        changes = Change.search_fetch(
            [
                ("archive_id", "=", self.id),
                ("dimension", "in", ("lifecycle_stage", "value_tier")),
                ("old_segment_id", "!=", False),
            ],
            names,
            limit=EVENTS_OF_A_KIND,
        )
        return [
            self._event(
                change.day,
                change.new_segment_id.display_name,
                self.env._("before: %s", change.old_segment_id.display_name),
            )
            for change in changes
        ]

    def _policy_events(self):
        names = [
            "product_id",
            "number",
            "state",
            "start_date",
            "end_date",
            "state_date",
            "renewal_date",
        ]
        Policy = self._readable("insurance.policy", names)
        if Policy is None:
            return None
        policies = Policy.search_fetch(
            [("archive_id", "=", self.id), ("state", "not in", NEVER_ISSUED)],
            names,
            limit=EVENTS_OF_A_KIND,
        )
        events = []
        states = dict(Policy._fields["state"]._description_selection(self.env))
        for policy in policies:
            name = policy.product_id.display_name
            if policy.start_date:
                begun = policy.state in (*IN_FORCE, *ENDED)
                title = self.env._("Policy begins") if begun else states[policy.state]
                tone = "good" if begun else ""
                events.append(self._event(policy.start_date, title, name, policy, tone))
            if policy.state in ENDED and policy.state_date:
                title, tone = states[policy.state], "bad"
                if policy.state in ("expired", "matured"):
                    tone = ""
                events.append(self._event(policy.state_date, title, name, policy, tone))
            if policy.state in IN_FORCE and policy.renewal_date:
                title = self.env._("Renewal due")
                events.append(
                    self._event(policy.renewal_date, title, name, policy, "due")
                )
            elif policy.state in IN_FORCE and policy.end_date:
                title = self.env._("Policy ends")
                events.append(self._event(policy.end_date, title, name, policy, "due"))
        return events

    def _claim_events(self, since):
        names = ["kind", "reported_date", "paid_on", "paid_amount", "state"]
        Claim = self._readable("insurance.claim", names)
        if Claim is None:
            return None
        claims = Claim.search_fetch(
            [("archive_id", "=", self.id), ("reported_date", ">=", since)],
            names,
            limit=EVENTS_OF_A_KIND,
        )
        kinds = dict(Claim._fields["kind"]._description_selection(self.env))
        states = dict(Claim._fields["state"]._description_selection(self.env))
        events = []
        for claim in claims:
            detail = f"{kinds[claim.kind]} · {states[claim.state]}"
            title = self.env._("Claim reported")
            events.append(self._event(claim.reported_date, title, detail, claim, "bad"))
            if claim.paid_on:
                paid = self._portrait_amount(claim.paid_amount)
                title = self.env._("Claim paid")
                events.append(self._event(claim.paid_on, title, paid, claim, "good"))
        return events

    def _contact_events(self, since):
        names = ["date", "name", "channel", "outcome", "next_step", "next_date"]
        Talk = self._readable("insurance.interaction", names)
        if Talk is None:
            return None
        talks = Talk.search_fetch(
            [
                ("archive_id", "=", self.id),
                ("date", ">=", since),
                ("outcome", "!=", "not_reached"),
            ],
            names,
            limit=EVENTS_OF_A_KIND,
        )
        channels = dict(Talk._fields["channel"]._description_selection(self.env))
        tones = {"interested": "good", "agreed": "good", "declined": "bad"}
        today = fields.Date.context_today(self)
        events = []
        for talk in talks:
            day = fields.Datetime.context_timestamp(self, talk.date).date()
            channel, tone = channels[talk.channel], tones.get(talk.outcome, "")
            events.append(self._event(day, channel, talk.name, talk, tone))
            if talk.next_date and talk.next_date >= today:
                title = self.env._("Next step")
                step = talk.next_step
                events.append(self._event(talk.next_date, title, step, talk, "due"))
        return events

    def _voice_events(self, since):
        names = ["received_on", "kind", "name", "state"]
        Feedback = self._readable("insurance.feedback", names)
        if Feedback is None:
            return None
        mine = [("archive_id", "=", self.id)]
        kinds = dict(Feedback._fields["kind"]._description_selection(self.env))
        tones = {"complaint": "bad", "praise": "good"}
        events = [
            self._event(
                voice.received_on,
                kinds[voice.kind],
                voice.name,
                voice,
                tones.get(voice.kind, ""),
            )
            for voice in Feedback.search_fetch(
                [*mine, ("received_on", ">=", since)], names, limit=EVENTS_OF_A_KIND
            )
        ]
        Answer = self._readable("insurance.satisfaction", ["answered_on", "score"])
        if Answer is None:
            return events
        answers = Answer.search_fetch(
            [*mine, ("state", "=", "answered"), ("answered_on", ">=", since)],
            ["answered_on", "score"],
            limit=EVENTS_OF_A_KIND,
        )
        return events + [
            self._event(
                fields.Datetime.context_timestamp(self, answer.answered_on).date(),
                self.env._("Satisfaction"),
                f"{answer.score:.0f}",
            )
            for answer in answers
        ]
