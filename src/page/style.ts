/** The look of a page: system fonts, both colour schemes, phones, paper. */
export const PAGE_STYLE =
  `:root{color-scheme:light dark;--bg:#fff;--ink:#1b1f24;--dim:#59636e;--grid:#d8dee4;--bad:#c8400a}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--ink:#e6edf3;--dim:#9aa4af;--grid:#30363d;--bad:#ff8552}}
body{margin:0 auto;max-width:1000px;padding:16px;background:var(--bg);color:var(--ink);font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:24px 0 8px}p{margin:4px 0}.d{color:var(--dim)}.story{font-size:16px}.bad{color:var(--bad)}
svg.kt{max-width:100%;height:auto}.narrow{display:none}
@media(max-width:700px){.wide{display:none}.narrow{display:block}}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{text-align:left;padding:3px 12px 3px 0;border-bottom:1px solid var(--grid);vertical-align:top}td.n,th.n{text-align:right;white-space:nowrap}
details{margin:8px 0}summary{cursor:pointer}pre{white-space:pre-wrap;font-size:12px}
@media print{body{max-width:none}details{display:block}}`;
