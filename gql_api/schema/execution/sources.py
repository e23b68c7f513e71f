"""How a field's values are got for all objects of a level: the shortest way that gives what its resolver would.

==========  ==========================================================================================================
constant    `__typename`
attribute   a Strawberry field without resolver: the attribute, by `operator.attrgetter`
method      a plain synchronous Strawberry resolver with arguments that may be shared: the function itself
edge        a Strawberry field with an `Edge` in its metadata: one batch for the level
resolver    everything else: the field's own `resolve` for each object, with its own info and arguments; awaitables are
            awaited together. Field extensions and permissions, schema extensions that wrap resolvers, and fields that
            are not Strawberry's all are served so.
==========  ==========================================================================================================

A way answers the values through `put`, exceptions being values, as graphql-core's completion takes them.
"""

from collections.abc import Callable
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from graphql import TypeNameMetaFieldDef
from graphql.execution.middleware import MiddlewareManager
from strawberry.types.field import StrawberryField

from gql_api.schema.execution import arguments
from gql_api.schema.execution.columns import Executing, Value, attempted
from gql_api.schema.execution.edge import EDGE, Bound, Edge

if TYPE_CHECKING:
    from gql_api.schema.execution.plans import Field
    from gql_api.schema.execution.waves import Run, Waves

Receive = Callable[[list[Any]], None]
Source = Callable[["Waves", "Run", Receive], None]

_DEFINITION = "strawberry-definition"
_OWN = "GraphQLCoreConverter.from_resolver.<locals>."


def of(field: "Field", executor: Executing) -> Source:
    """The way to a field's values."""
    if field.definition is TypeNameMetaFieldDef or field.definition.resolve is TypeNameMetaFieldDef.resolve:
        name = field.parent_type.name
        return lambda _waves, run, put: put([name] * len(run.objects))
    resolver = _resolver(field)
    declared = field.definition.extensions.get(_DEFINITION)
    if type(declared) is not StrawberryField or declared.extensions or not _is_own(field, executor):
        return resolver
    edge = declared.metadata.get(EDGE)
    if edge is not None:
        return _edge(field, declared, edge)
    if cast("Any", declared).base_resolver is None:
        return _attribute(declared)
    return _method(field, declared, resolver) if not declared.is_async else resolver


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


def _attribute(declared: StrawberryField) -> Source:
    name, read = declared.python_name, declared.default_resolver
    get: Callable[[Any], Any] = attrgetter(name) if read is getattr else lambda source: read(source, name)

    def source(_waves: "Waves", run: "Run", put: Receive) -> None:
        try:
            values = list(map(get, run.objects))
        except Exception:  # noqa: BLE001 - told for each object
            values = [attempted(get, one) for one in run.objects]
        put(values)

    return source


def _method(field: "Field", declared: StrawberryField, resolver: Source) -> Source:
    declared_resolver = cast("Any", declared).base_resolver
    takes_self = declared_resolver.self_parameter is not None
    named = list({one.name for one in (declared_resolver.parent_parameter, declared_resolver.root_parameter) if one})
    if declared_resolver.info_parameter is not None or len(named) > 1 or not (takes_self or named):
        return resolver
    function: Callable[..., Any] = declared_resolver.wrapped_func
    root = named[0] if named else None
    call_of = _caller(function, list(declared_resolver.signature.parameters), takes_self=takes_self, root=root)

    def source(waves: "Waves", run: "Run", put: Receive) -> None:
        given = _given(field, declared, waves)
        if isinstance(given, Exception) or not arguments.is_frozen(given):
            resolver(waves, run, put)
            return
        call = call_of(given)
        try:
            values = list(map(call, run.objects))
        except Exception:  # noqa: BLE001 - told for each object
            values = [attempted(call, one) for one in run.objects]
        put(values)

    return source


def _caller(
    function: Callable[..., Any], parameters: list[str], *, takes_self: bool, root: str | None
) -> Callable[[dict[str, Any]], Callable[[Any], Any]]:
    """How a resolver is called with an object, given its arguments: by position where its parameters stand so."""
    if root is None or (not takes_self and parameters[0] == root):
        return lambda given: (lambda one: function(one, **given)) if given else function
    if not takes_self:
        return lambda given: lambda one: function(**{root: one}, **given)
    if parameters[1] == root:
        return lambda given: (lambda one: function(one, one, **given)) if given else (lambda one: function(one, one))
    return lambda given: lambda one: function(one, **{root: one}, **given)


def _given(field: "Field", declared: StrawberryField, waves: "Waves") -> Value:
    """The field's arguments as its resolver gets them, or the error of one that does not fit."""
    if not field.definition.args:
        return {}
    try:
        coerced = field.arguments(waves.executor.variable_values)
        return arguments.converted(waves.executor.schema, declared, coerced, None)
    except Exception as error:  # noqa: BLE001 - told for each object
        return error


def _edge(field: "Field", declared: StrawberryField, edge: Edge) -> Source:
    def source(waves: "Waves", run: "Run", put: Receive) -> None:
        given = _given(field, declared, waves)
        bound = given if isinstance(given, Exception) else attempted(lambda: edge.bind(**given))
        if isinstance(bound, Exception):
            put([bound] * len(run.objects))
            return
        try:
            keys: list[Any] = list(map(bound.key, run.objects))
        except Exception:  # noqa: BLE001 - told for each object
            keys = [attempted(bound.key, one) for one in run.objects]
        loadable: list[Any] = [key for key in keys if key is not None and not isinstance(key, Exception)]
        wanted = list(chain.from_iterable(loadable)) if bound.is_plural else loadable
        context = waves.executor.context_value

        def shown(found: dict[Any, Any]) -> None:
            if bound.is_plural or bound.shown is not None or len(loadable) < len(keys):
                put([_shown(bound, one, key, found, context) for one, key in zip(run.objects, keys, strict=True)])
            else:
                put([found[key] for key in keys])

        waves.demand(edge.loader(context), wanted, shown)

    return source


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
    return attempted(bound.shown, source, value, context)


def _resolver(field: "Field") -> Source:
    def source(waves: "Waves", run: "Run", put: Receive) -> None:
        executor = waves.executor
        resolve: Any = field.definition.resolve or executor.field_resolver
        if is_wrapped(executor):
            resolve = executor.middleware_manager.get_field_resolver(resolve)
        at = run.paths_of(field)

        def call(position: int) -> Value:
            given = field.arguments(executor.variable_values)
            return resolve(run.objects[position], field.info(executor, at(position)), **given)

        put([attempted(call, position) for position in range(len(run.objects))])

    return source
