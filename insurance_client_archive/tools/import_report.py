"""What an import refused and why, and which row of the file each record came from."""


class ImportSource:
    """The file behind one step of an import, as far as the rows to come go."""

    def __init__(self):
        self.file = None
        #: row number in the file of each row that was read, with the headers
        self.all_numbers = []
        #: row number in the file of each row of this step
        self.numbers = []
        #: rows that earlier steps of the same import have dealt with
        self.earlier_rows = []
        self.earlier_numbers = []


class ImportReport:
    """The rows of one ``load``: which are good, which are refused, with reasons."""

    def __init__(self, paths, data, source=None):
        #: the columns as lists of field names, and the first name of each
        self.paths = [list(path) for path in paths]
        self.fields = [path[0] for path in self.paths]
        self.data = data
        self.source = source
        #: {record index: {"from": first row, "to": last row}}
        self.spans = {}
        #: {record index: [{"field", "message", …}]}
        self.problems = {}
        #: names that were looked up: {(model, field, name): (id, warnings)}
        self.found = {}

    def note_span(self, record, rows):
        self.spans[record] = rows

    def refuse(self, record, message, field=False, moreinfo=None):
        problems = self.problems.setdefault(record, [])
        problem = {"field": field, "message": message, "moreinfo": moreinfo}
        if problem not in problems:
            problems.append(problem)

    def refused(self, record):
        return record in self.problems

    @property
    def last_row(self):
        return max((rows["to"] for rows in self.spans.values()), default=-1)

    def row_number(self, index):
        """Return the number that the file gives to the row at *index*.

        Without a file the rows count from 1.
        """
        if self.source and index < len(self.source.numbers):
            return self.source.numbers[index]
        return index + 1

    def column(self, name):
        """Return the values of a column whose cells name records, without blanks."""
        if self.paths.count([name]) != 1:
            return []
        position = self.paths.index([name])
        return list({row[position] for row in self.data if row[position]})

    def earlier(self, *names):
        """Yield (row number, values) of rows that earlier steps have dealt with."""
        if not self.source or not set(names) <= set(self.fields):
            return
        columns = [self.fields.index(name) for name in names]
        for number, row in zip(
            self.source.earlier_numbers, self.source.earlier_rows, strict=True
        ):
            yield number, [row[column] for column in columns]

    def messages(self):
        """Return the problems in the form that ``load`` answers with."""
        return [
            {
                "type": "error",
                "record": record,
                "rows": self.spans[record],
                "message": problem["message"],
                **({"field": problem["field"]} if problem["field"] else {}),
                **({"moreinfo": problem["moreinfo"]} if problem["moreinfo"] else {}),
            }
            for record in sorted(self.problems)
            for problem in self.problems[record]
        ]

    def lines(self):
        """Return the problems as the screen lists them: by row number of the file."""
        return [
            {
                "row": self.row_number(self.spans[record]["from"]),
                "field": problem["field"] or "",
                "message": problem["message"],
                "reason": self._without_values(record, problem),
            }
            for record in sorted(self.problems)
            for problem in self.problems[record]
        ]

    def _without_values(self, record, problem):
        """Return the message without what the client's row says, fit to be kept."""
        row = self.data[self.spans[record]["from"]]
        named = problem["field"] in self.fields
        reason = problem["message"]
        values = {
            str(value).strip()
            for field, value in zip(self.fields, row, strict=False)
            if value and (field == problem["field"] or not named)
        }
        for value in sorted(values, key=len, reverse=True):
            if named or len(value) > 1:
                reason = reason.replace(value, "…")
        return reason
