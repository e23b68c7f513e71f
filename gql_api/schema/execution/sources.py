"""How a field's values are got for all objects of a level: the shortest way that gives what its resolver would.

==========  ==========================================================================================================
constant    `__typename`
column      a Strawberry field with a function of many objects in its metadata (`COLUMN`): one call for the level
attribute   a Strawberry field without resolver: the attribute, by `operator.attrgetter`
method      a plain synchronous Strawberry resolver with arguments that may be shared: the function itself
edge        a Strawberry field with an `Edge` in its metadata: one batch for the level
each        any other Strawberry resolver: the function for each object, with its own info and arguments; awaitables are
            awaited together
resolver    everything else: the field's own `resolve` for each object. Field extensions and permissions, schema
            extensions that wrap resolvers, and fields that are not Strawberry's all are served so.
==========  ==========================================================================================================

A way answers the values, exceptions among them, as graphql-core's completion takes them; or None when they come later,
and are then completed and put into their place.
"""

from collections.abc import Callable, Hashable
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from graphql import GraphQLObjectType, TypeNameMetaFieldDef
from graphql.execution.middleware import MiddlewareManager
from strawberry.types.field import StrawberryField

from gql_api.schema import batches
from gql_api.schema.coercion import arguments
from gql_api.schema.execution.columns import Attribute, Column, many
from gql_api.schema.execution.edge import COLUMN, EDGE, Bound, Edge
from gql_api.schema.execution.kinds import Executing, Kind, Value, attempted, kind_of

if TYPE_CHECKING:
    from gql_api.schema.execution.places import Place
    from gql_api.schema.execution.plans import Field

Source = Callable[["Place"], list[Any] | None]
Get = Callable[[Any], Any]
"""The value out of the object alone."""

_DEFINITION = "strawberry-definition"
_OWN = "GraphQLCoreConverter.from_resolver.<locals>."


def of(field: "Field", executor: Executing) -> tuple[Source, Get | None]:
    """The way to a field's values, and the short form of it where there is one."""
    if field.definition is TypeNameMetaFieldDef or field.definition.resolve is TypeNameMetaFieldDef.resolve:
        name = field.parent_type.name
        return _mapped(Column(lambda objects: [name] * len(objects)))
    declared = field.definition.extensions.get(_DEFINITION)
    if type(declared) is not StrawberryField or declared.extensions or not _is_own(field, executor):
        return _resolver, None
    field.arguments.prepare(declared)
    edge = declared.metadata.get(EDGE)
    if edge is not None:
        return _Edges(field, declared, edge), None
    if cast("Any", declared).base_resolver is None:
        name, read = declared.python_name, declared.default_resolver
        return _mapped(Attribute(name) if read is getattr else lambda source: read(source, name))
    source, get = _called(field, declared, executor)
    column = declared.metadata.get(COLUMN)
    return _mapped(Column(column)) if get and column else (source, get)


def _mapped(get: Get) -> tuple[Source, Get]:
    return (lambda place: _read(get, place.run.objects)), get


def _read(get: Get, objects: list[Any]) -> list[Any]:
    try:
        return many(get)(objects)
    except Exception:  # noqa: BLE001 - told for each object
        return [attempted(get, one) for one in objects]


def _is_own(field: "Field", executor: Executing) -> bool:
    """Whether the field resolves as Strawberry says, without anything wrapped around it."""
    resolve = field.definition.resolve
    schema: Any = getattr(executor.schema, "_strawberry_schema", None)
    return (
        not is_wrapped(executor)
        and resolve is not None
        and resolve.__qualname__.startswith(_OWN)
        and schema is not None
        and not schema.schema_converter.exception_handlers
    )


def is_wrapped(executor: Executing) -> bool:
    """Whether something wraps every resolver of the operation."""
    manager: MiddlewareManager | None = executor.middleware_manager
    return manager is not None and bool(manager.middlewares)


def _called(field: "Field", declared: StrawberryField, executor: Executing) -> tuple[Source, Get | None]:
    resolver = cast("Any", declared).base_resolver
    takes_self = resolver.self_parameter is not None
    named = list({one.name for one in (resolver.parent_parameter, resolver.root_parameter) if one})
    if declared.is_async or resolver.info_parameter is not None or len(named) > 1 or not (takes_self or named):
        return _each(field, declared, named, executor), None
    root = named[0] if named else None
    call_of = _caller(resolver.wrapped_func, list(resolver.signature.parameters), takes_self=takes_self, root=root)
    if not field.definition.args:
        return _mapped(call_of({}))
    own = _each(field, declared, named, executor)

    def source(place: "Place") -> list[Any] | None:
        given = _given(field, declared, place)
        if isinstance(given, Exception) or not arguments.is_frozen(given):
            return own(place)
        return _read(call_of(given), place.run.objects)

    return source, None


def _each(field: "Field", declared: StrawberryField, named: list[str], executor: Executing) -> Source:
    """A resolver called for each object, with its own info and arguments, as Strawberry calls it."""
    resolver = cast("Any", declared).base_resolver
    function, takes_self, takes_info = resolver.wrapped_func, resolver.self_parameter, resolver.info_parameter
    info_class = executor.schema._strawberry_schema.config.info_class  # noqa: SLF001 - as Strawberry's Info finds it

    def call(place: "Place", position: int, one: Value) -> Value:
        executor = place.waves.executor
        info = info_class(_raw_info=field.info(executor, place.path(position)), _field=declared)
        given = {**field.arguments.converted(executor, declared, info), **dict.fromkeys(named, one)}
        if takes_info:
            given[takes_info.name] = info
        return function(one, **given) if takes_self else function(**given)

    return lambda place: [attempted(call, place, at, one) for at, one in enumerate(place.run.objects)]


def _caller(
    function: Callable[..., Any], parameters: list[str], *, takes_self: bool, root: str | None
) -> Callable[[dict[str, Any]], Callable[[Any], Any]]:
    """How a resolver is called with an object, given its arguments: by position where its parameters stand so."""
    if root is None or (not takes_self and parameters[0] == root):
        return lambda given: (lambda one: function(one, **given)) if given else function
    if not takes_self:
        return lambda given: lambda one: function(**{root: one}, **given)
    if parameters[1] == root:
        return lambda given: lambda one: function(one, one, **given)
    return lambda given: lambda one: function(one, **{root: one}, **given)


def _given(field: "Field", declared: StrawberryField, place: "Place") -> Value:
    """The field's arguments as its resolver gets them, or the error of one that does not fit."""
    return attempted(field.arguments.converted, place.waves.executor, declared)


class _Edges:
    """An edge: the keys of all objects are loaded as one batch. What its arguments make of it is kept with the plan."""

    def __init__(self, field: "Field", declared: StrawberryField, edge: Edge) -> None:
        self._field = field
        self._declared = declared
        self._edge = edge
        self._bound: Bound | None = None
        self._beneath: list[_Edges] | None = None

    def __call__(self, place: "Place") -> list[Any] | None:
        run = place.run
        objects, bound = run.objects, self._bound or self._bind(place)
        if isinstance(bound, Exception):
            return [bound] * len(objects)
        keys, context = _read(bound.key, objects), run.waves.executor.context_value
        loader = (bound.loader or self._edge.loader)(context)
        known = batches.known(loader)
        at_once = _shown_at_once(bound, objects, keys, known, context) if known else None
        if at_once is not None:
            return at_once
        wanted: list[Any] = keys
        if any(map(kind_of, set(map(type, keys)))):
            wanted = [key for key in keys if key is not None and not isinstance(key, Exception)]
        if bound.is_plural:
            wanted = list(chain.from_iterable(wanted))

        def values(found: dict[Any, Any]) -> list[Any]:
            at_once = _shown_at_once(bound, objects, keys, found, context)
            return at_once or [_shown(bound, one, key, found, context) for one, key in zip(objects, keys, strict=True)]

        if not wanted or (known and known.keys() >= set(wanted)):
            return values(known)
        if len(wanted) == 1:
            batches.tell(loader, self._ahead(place))
        run.waves.demand(loader, wanted, lambda found: place.put(place.shape.complete(values(found), place)))
        return None

    def _ahead(self, place: "Place") -> list[Hashable]:
        """What the edges right beneath a single object tell its loader beforehand, which may load them along."""
        if self._beneath is None:
            of_type, level = place.shape.of_type, None
            if isinstance(of_type, GraphQLObjectType):
                level = attempted(place.field.level, of_type, place.run.waves.executor)
            fields: list[Field] = getattr(level, "fields", [])  # an error is told once there is an object
            self._beneath = [field.source for field in fields if isinstance(field.source, _Edges)]
        bounds = [one.bound(place) for one in self._beneath]
        return [one.ahead for one in bounds if isinstance(one, Bound) and one.ahead is not None]

    def bound(self, place: "Place") -> Value:
        """The edge with its arguments; an exception where they do not fit."""
        return self._bound or self._bind(place)

    def _bind(self, place: "Place") -> Value:
        given: Value = _given(self._field, self._declared, place) if self._field.definition.args else {}
        bound = given if isinstance(given, Exception) else attempted(lambda: self._edge.bind(**given))
        if isinstance(bound, Bound) and self._field.arguments.is_constant:
            self._bound = bound
        return bound


def _shown_at_once(
    bound: Bound, objects: list[Any], keys: list[Any], found: dict[Any, Any], context: Value
) -> list[Any] | None:
    """The values of an edge where every object's is there; None where each has to be looked at."""
    if bound.is_plural:
        return None
    shown = bound.shown
    try:
        values = list(map(found.__getitem__, keys))
        if shown is None:
            return values
        if Kind.FAILED in map(kind_of, set(map(type, values))):
            return None
        return shown(objects, values, context)
    except Exception:  # noqa: BLE001 - a key is missing, or something failed: told for each object
        return None


def _shown(bound: Bound, source: Value, key: Value, found: dict[Any, Any], context: Value) -> Value:
    if key is None:
        return bound.missing()
    if isinstance(key, Exception):
        return key
    if bound.is_plural:
        value: Any = [found[one] for one in key]
        value = next((one for one in value if isinstance(one, Exception)), value)
    else:
        value = found[key]
    if bound.shown is None or isinstance(value, Exception):
        return value
    told = attempted(bound.shown, [source], [value], context)
    return told if isinstance(told, Exception) else told[0]


def _resolver(place: "Place") -> list[Any]:
    executor, field = place.waves.executor, place.field
    resolve: Any = field.definition.resolve or executor.field_resolver
    if is_wrapped(executor):
        resolve = executor.middleware_manager.get_field_resolver(resolve)

    def call(position: int, one: Value) -> Value:
        given = field.arguments.coerced(executor)
        return resolve(one, field.info(executor, place.path(position)), **given)

    return [attempted(call, position, one) for position, one in enumerate(place.run.objects)]
