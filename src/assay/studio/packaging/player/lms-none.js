// No learning platform: a preview, or a course on the web. Nothing is stored anywhere.
"use strict";
window.AssayLms = {
  start: async () => ({ connected: false, mode: "normal", state: "", location: "", status: "", word: "You are reading without a learning platform: nothing is recorded." }),
  save: async () => true,
  stop: () => {},
};
