"""Model and form field for approximate dates."""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from district.approximate_date import FIRST_YEAR, LAST_YEAR, ONE_DAY, ApproximateDate


class ApproximateDateInput(forms.TextInput):
    """One line of text; browsers offer no date picker, because a picker knows days only."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"autocomplete": "off", "inputmode": "text", "size": "24", "spellcheck": "false"} | (attrs or {})
        )


class ApproximateDateFormField(forms.Field):
    """Reads dates as administration staff write them."""

    widget = ApproximateDateInput
    default_error_messages: ClassVar[dict[str, Any]] = {"required": _("Bitte geben Sie an, wann das ist oder war.")}
    examples = _("Zum Beispiel: 24.03.2021, März 2021, 2. Quartal 2021, Anfang 2021 oder 2021.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = kwargs.get("help_text") or self.examples
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> ApproximateDate | None:
        """Read text; raise ValidationError in plain German."""
        return _approximate_date(value)

    def prepare_value(self, value: Any) -> Any:
        """Show a date as people write it, and wrong input as it was typed."""
        return str(value) if isinstance(value, ApproximateDate) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare dates, not spellings."""
        try:
            return super().has_changed(self.to_python(initial), data)
        except ValidationError:
            return True


if TYPE_CHECKING:
    from typing_extensions import TypeVar

    _ST = TypeVar("_ST", contravariant=True, default=Any)
    _GT = TypeVar("_GT", covariant=True, default=Any)

    class _DateRangeField(models.Field[_ST, _GT]):
        """What the type checker sees: a field that gives approximate dates, and None where `null=True`."""

        _pyi_private_set_type: ApproximateDate | date | str | models.expressions.Combinable
        _pyi_private_get_type: ApproximateDate
        _pyi_lookup_exact_type: ApproximateDate | date | str | tuple[date | None, date | None]
else:
    _ST = _GT = None

    class _DateRangeField(DateRangeField):
        def __class_getitem__(cls, _types: object) -> type[DateRangeField]:
            return DateRangeField


class ApproximateDateField(_DateRangeField[_ST, _GT]):
    """An `ApproximateDate` in one `daterange` column `[earliest, latest + 1)`.

    PostgreSQL sorts such a column as Python sorts the values. The column's own check constraint refuses what is not
    an approximate date, so reading never fails. All range lookups work with approximate dates, days, tuples
    and text; `…__earliest` and `…__latest` are the two days.
    """

    description = _("Zeitangabe")
    form_field = ApproximateDateFormField

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """Hold the forms of `Precision` in the database."""
        column = connection.ops.quote_name(str(self.column))
        first, end = f"lower({column})", f"upper({column})"
        month = f"extract(month from {first})"
        return (
            f"NOT isempty({column}) AND NOT lower_inf({column}) AND NOT upper_inf({column})"
            f" AND {first} >= DATE '{FIRST_YEAR}-01-01' AND {end} <= DATE '{LAST_YEAR + 1}-01-01'"
            f" AND ({end} = {first} + 1 OR extract(day from {first}) = 1 AND ("
            f"{end} = {first} + interval '1 month'"
            f" OR {month} IN (1, 4, 7, 10) AND {end} = {first} + interval '3 months'"
            f" OR {month} IN (1, 5, 9) AND {end} = {first} + interval '4 months'"
            f" OR {month} = 1 AND {end} = {first} + interval '1 year'))"
        )

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> ApproximateDate | None:
        """Turn the half-open range of the database into a value object."""
        return None if value is None else ApproximateDate(value.lower, value.upper - ONE_DAY)

    def to_python(self, value: Any) -> ApproximateDate | None:
        """Accept text, days, ranges and pairs (half-open, as everywhere in Django); raise ValidationError."""
        return _approximate_date(value)

    def get_prep_value(self, value: Any) -> Any:
        """Give the database a range; lookups may also ask for ranges that are no approximate date."""
        if isinstance(value, str):
            value = ApproximateDate.parse(value)
        elif isinstance(value, date):
            value = ApproximateDate.on(value)
        if isinstance(value, ApproximateDate):
            return DateRange(value.earliest, value.latest + ONE_DAY)
        return super().get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str | None:  # type: ignore[override]
        """Serialise independently of the language."""
        value = self.to_python(self.value_from_object(obj))
        return None if value is None else value.isoformat()


@ApproximateDateField.register_lookup
class Earliest(models.Transform):
    """The first day a date may mean: `filter(date__earliest__lte=today)`."""

    lookup_name = "earliest"
    function = "lower"
    output_field = models.DateField()


@ApproximateDateField.register_lookup
class Latest(models.Transform):
    """The last day a date may mean: `filter(date__latest__lt=today)`."""

    lookup_name = "latest"
    template = "(upper(%(expressions)s) - 1)"
    output_field = models.DateField()


def _approximate_date(value: Any) -> ApproximateDate | None:
    """Read a value from a form, a fixture or code; raise ValidationError with a message for people."""
    if value is None or isinstance(value, ApproximateDate):
        return value
    try:
        if isinstance(value, date):
            return ApproximateDate.on(value)
        if isinstance(value, DateRange):
            return ApproximateDate(value.lower, value.upper - ONE_DAY)
        if isinstance(value, (list, tuple)):
            earliest, end = value
            return ApproximateDate(earliest, end - ONE_DAY)
        return ApproximateDate.parse(str(value)) if str(value).strip() else None
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from error
    except TypeError as error:
        raise ValidationError(
            _("Eine Zeitangabe braucht einen ersten und einen letzten Tag."), code="invalid"
        ) from error
