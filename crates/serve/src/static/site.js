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

// Copies the address beside a button. Without script the address stands there, to be copied by hand.
for (const button of document.querySelectorAll(".copy button")) {
  const field = button.parentElement.querySelector("input");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Without a secure connection there is no clipboard: what is selected can still be copied.
      if (!document.execCommand("copy")) return;
    }
    button.textContent = button.dataset.copied;
  });
}
