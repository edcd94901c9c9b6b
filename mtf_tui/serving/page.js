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
// Keys work without a click: the terminal takes the focus as soon as it is seen.
const arrival = new MutationObserver(() => {
  const typing = document.querySelector("#terminal textarea");
  if (typing && document.body.classList.contains("-first-byte")) {
    typing.focus();
    arrival.disconnect();
  }
});
arrival.observe(document.body, { attributes: true, attributeFilter: ["class"] });
