// SCORM 1.2 and 2004: finds the run-time API, and commits after every act. Nothing depends on the moment of leaving.
"use strict";
(() => {
  let api = null;
  let v12 = true;
  let interactions = 0;
  const call = (name, ...values) => String(api[(v12 ? "LMS" : "") + name](...values));
  const set = (element, value) => call("SetValue", element, String(value)) === "true";
  const get = (element) => call("GetValue", element);
  const two = (number) => String(number).padStart(2, "0");
  const clock = (seconds) => `${String(Math.floor(seconds / 3600)).padStart(4, "0")}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;

  function find(name) {
    for (const first of [window, window.opener]) {
      let place = first;
      for (let depth = 0; place && depth < 500; depth += 1) {
        try { if (place[name]) return place[name]; } catch { break; }
        if (place.parent === place) break;
        place = place.parent;
      }
    }
    return null;
  }
  function interaction(answer) {
    const here = `cmi.interactions.${interactions}.`;
    const letters = (indexes) => indexes.map((index) => "abcdefgh"[index]).join(v12 ? "," : "[,]");
    const now = new Date();
    if (!set(here + "id", `${answer.page}-${answer.item}`)) return;
    set(here + "type", "choice");
    if (v12) {
      set(here + "time", `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`);
      set(here + "student_response", letters(answer.chosen));
    } else {
      set(here + "timestamp", now.toISOString().slice(0, 19) + "Z");
      set(here + "learner_response", letters(answer.chosen));
    }
    set(here + "correct_responses.0.pattern", letters(answer.key));
    set(here + "result", answer.right ? "correct" : v12 ? "wrong" : "incorrect");
    set(here + "latency", v12 ? clock(answer.seconds) : `PT${answer.seconds}S`);
    interactions += 1;
  }
  window.AssayLms = {
    async start(course) {
      v12 = course.profile === "scorm12";
      api = find(v12 ? "API" : "API_1484_11");
      const nothing = { connected: false, mode: "normal", state: "", location: "", status: "" };
      if (!api || call("Initialize", "") !== "true") { api = null; return nothing; }
      interactions = Number(get("cmi.interactions._count")) || 0;
      const completion = v12 ? get("cmi.core.lesson_status") : get("cmi.success_status");
      const whole = v12 ? "" : get("cmi.completion_status");
      return {
        connected: true,
        mode: get(v12 ? "cmi.core.lesson_mode" : "cmi.mode") || "normal",
        state: get("cmi.suspend_data"),
        location: get(v12 ? "cmi.core.lesson_location" : "cmi.location"),
        status: completion === "passed" || completion === "completed" ? completion : whole === "completed" && completion !== "failed" ? "completed" : "",
      };
    },
    async save(now) {
      if (now.answer) interaction(now.answer);
      const kept = [set("cmi.suspend_data", now.state)];
      if (v12) {
        kept.push(set("cmi.core.lesson_location", now.location), set("cmi.core.lesson_status", now.status));
        if (now.score !== null) kept.push(set("cmi.core.score.min", 0), set("cmi.core.score.max", 100), set("cmi.core.score.raw", now.score));
        set("cmi.core.session_time", clock(now.seconds));
        set("cmi.core.exit", "suspend");
      } else {
        kept.push(set("cmi.location", now.location), set("cmi.progress_measure", Math.round(now.progress * 10000) / 10000));
        kept.push(set("cmi.completion_status", now.status === "incomplete" ? "incomplete" : "completed"));
        if (now.status === "passed" || now.status === "failed") kept.push(set("cmi.success_status", now.status));
        if (now.score !== null) {
          kept.push(set("cmi.score.min", 0), set("cmi.score.max", 100), set("cmi.score.raw", now.score));
          kept.push(set("cmi.score.scaled", Math.round(now.score * 100) / 10000));
        }
        set("cmi.session_time", `PT${now.seconds}S`);
        set("cmi.exit", "suspend");
      }
      return call("Commit", "") === "true" && kept.every(Boolean);
    },
    stop(seconds, review) {
      if (!api) return;
      if (!review) set(v12 ? "cmi.core.session_time" : "cmi.session_time", v12 ? clock(seconds) : `PT${seconds}S`);
      call(v12 ? "Finish" : "Terminate", "");
      api = null;
    },
  };
})();
