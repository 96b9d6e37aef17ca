// Keeps one page for when there is no network. Everything on this site works without this script.
if ("serviceWorker" in navigator) {
  const address = "/worker.js";
  const only = (asked) => {
    if (asked !== address) throw new TypeError(asked);
    return asked;
  };
  const policy = self.trustedTypes?.createPolicy("plenary", { createScriptURL: only });
  const worker = policy ? policy.createScriptURL(address) : address;
  addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => {}));
}
