/**
 * Colours of Okabe and Ito, which the colour-blind tell apart; each state has a
 * pattern of its own as well, for those who print without colour.
 */
export const STYLE =
  `.kt{--bg:#fff;--ink:#1b1f24;--dim:#59636e;--grid:#d8dee4;--open:#56b4e9;--wait:#c9d1d9;--drain:#e69f00;--bad:#c8400a;--good:#007a5a;--call:#8250df;font:12px system-ui,sans-serif}
@media(prefers-color-scheme:dark){.kt{--bg:#0d1117;--ink:#e6edf3;--dim:#9aa4af;--grid:#30363d;--open:#1f6f9f;--wait:#484f58;--drain:#c98a00;--bad:#ff8552;--good:#3fbf93;--call:#b48cff}}
@media print{.kt{--bg:#fff;--ink:#000;--dim:#333;--grid:#bbb;--open:#56b4e9;--wait:#ccc;--drain:#e69f00;--bad:#c8400a;--good:#007a5a;--call:#8250df;print-color-adjust:exact}}
.kt text{fill:var(--ink)}.kt .d{fill:var(--dim)}.kt .n{font-weight:600}.kt .bg{fill:var(--bg)}.kt .g{stroke:var(--grid);fill:none}
.kt .open{fill:var(--open)}.kt .handshaking{fill:var(--wait)}.kt .draining{fill:var(--drain)}.kt .idle{fill:none;stroke:var(--grid)}.kt .failing{fill:var(--bg);stroke:var(--bad);stroke-width:1.5}.kt .suspect{fill:none;stroke:var(--drain);stroke-width:2;stroke-dasharray:4 3}.kt .silent{fill:var(--bg);fill-opacity:.72;stroke:var(--bad);stroke-width:1.5;stroke-dasharray:2 2}
.kt .h{stroke:var(--bg);stroke-width:2;fill:none}.kt .p{stroke:var(--ink);stroke-width:1.5;fill:none}.kt .l{stroke:var(--bad);stroke-width:2;fill:none}.kt .r{fill:var(--dim)}
.kt .m{stroke:var(--bg);stroke-width:1;fill:var(--ink)}.kt .bad{fill:var(--bad)}.kt .good{fill:var(--good)}.kt text.bad{fill:var(--bad)}.kt .c{stroke:var(--call);stroke-width:2;fill:none}.kt .cf{stroke:var(--bad);stroke-width:2;stroke-dasharray:3 1;fill:none}.kt .w{stroke:var(--dim);fill:none}`;
