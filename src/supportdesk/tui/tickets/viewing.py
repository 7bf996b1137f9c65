"""Queues and saved views by keyboard."""

from __future__ import annotations

from supportdesk.tui.tickets.browser import TicketBrowser


class TicketViews(TicketBrowser):
    """The tickets of a queue, of a saved view, or of the requester."""

    async def do_views(self, count: int | None) -> None:
        """Ask for a queue or a view, and list it; or save the query that is listed."""
        # Lazy import: keeps start-up fast.
        from supportdesk.tui.tickets.view_picker import ViewPicker

        desk = self.desk_app.desk
        picked = await self.pick(ViewPicker(await desk.run(desk.views.list), self.desk_app.counts))
        if picked is None:
            return
        if picked.save:
            await self._save_view()
        elif picked.delete:
            await self._delete_view(picked.delete)
        elif picked.query:
            await self.search_tickets(picked.query)
            self.focus_body()
        else:
            await self.clear_query()
            self.focus_body()

    async def do_board(self, count: int | None) -> None:
        """Show what is listed as a board."""
        await self.desk_app.show_board(self.query_shown)

    async def _save_view(self) -> None:
        query = str(self.query_shown)
        if not query:
            self.refuse("all tickets are listed; search or filter first, then save it as a view")
            return

        async def save(name: str) -> None:
            team = await self.prompt.choose("Whose view? t the team's (enter: mine)", enter="mine")
            if team is None:
                self.status.note("nothing saved")
                return
            view = await self.change(self.desk_app.desk.views.save, name, query, team=team.lower() == "t")
            self.status.done(f"view {view.name} saved{' for the team' if view.is_team else ''} · V lists it, u to undo")

        await self.ask("Name of the view:", save, otherwise="nothing saved", explanation=f"Saves {query}", enter="save")

    async def _delete_view(self, name: str) -> None:
        desk = self.desk_app.desk
        if not await self.prompt.confirm("Delete the view", about=name):
            self.status.note("nothing deleted")
            return
        await self.change(desk.views.delete, name)
        self.status.done(f"view {name} deleted · u to undo")
