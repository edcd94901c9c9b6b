// Before the terminal starts: the token leaves the address bar, and the socket is looked for where the page came from.
"use strict";
const here = new URL(window.location.href);
if (here.searchParams.has("token")) {
  here.searchParams.delete("token");
  window.history.replaceState(null, "", here);
}
const socket = new URL("ws", here);
socket.protocol = here.protocol === "https:" ? "wss:" : "ws:";
socket.search = "";
socket.hash = "";
document.getElementById("terminal").dataset.sessionWebsocketUrl = socket.href;
document.getElementById("again").addEventListener("click", () => window.location.reload());
