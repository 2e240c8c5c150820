"""What browsers are sent before they have shown anything: the same page for every address, and its worker."""

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from bridge.share.page.assembly import Page, Place, assembled, assembled_box, worker

_ROBOTS: Final = "User-agent: *\nDisallow: /\n"


def add_routes(app: web.Application, place: Place) -> None:
    """Add the pages, which say whose they are (*place*), at every address below theirs.

    A filter that eats the ``#`` moves the rest into the path.
    """
    script = worker()
    apart = {"Content-Security-Policy": "default-src 'none'", "Service-Worker-Allowed": "/save/"}

    async def service_worker(_request: web.Request) -> web.Response:
        return web.Response(body=script, content_type="text/javascript", charset="utf-8", headers=apart)

    async def nothing(_request: web.Request) -> web.Response:
        # Firefox, started again, asks for a download that it was cut in, and saves what it is told as that file.
        return web.Response(status=404)

    async def robots(_request: web.Request) -> web.Response:
        return web.Response(text=_ROBOTS)

    app.router.add_get("/s/{rest:.*}", _document(assembled(place)))
    app.router.add_get("/d/{rest:.*}", _document(assembled_box(place)))
    app.router.add_get("/sw.js", service_worker)
    app.router.add_get("/save/{rest:.*}", nothing)
    app.router.add_get("/robots.txt", robots)


def _document(page: Page) -> Handler:
    headers = {"Content-Security-Policy": page.policy, "Content-Language": "fr, en"}

    async def document(_request: web.Request) -> web.Response:
        return web.Response(body=page.document, content_type="text/html", charset="utf-8", headers=headers)

    return document
