#!/usr/bin/env python3
# browser.py - look at pages with a real browser (headless Chromium, through its debugging pipe), at phone and desk
# width, light and dark, and say what is wrong with them: TAP on standard output.
#
#     tests/browser.py [--shots DIR] [--chromium PROGRAM] PAGE.html...
# SPDX-License-Identifier: BSD-2-Clause
import argparse, base64, itertools, json, os, pathlib, shutil, subprocess, sys, tempfile

WIDTHS = {'phone': 360, 'desk': 1280}
SCHEMES = ('light', 'dark')
FLAGS = ('--headless=new --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-extensions '
         '--disable-background-networking --disable-component-update --remote-debugging-pipe').split ()

# What does not fit: elements that end right of the window, and how wide the page is.
OVERFLOW = '''(() => { const w = document.documentElement.clientWidth, bad = [];
  for (const e of document.body.querySelectorAll ("*"))
    if (! e.closest ("svg") || e.tagName === "svg") {
      const r = e.getBoundingClientRect ();
      if (r.width && (r.right > w + 0.5 || r.left < -0.5)) bad.push (e.tagName + " " + e.className + " " + r.right); }
  if (document.documentElement.scrollWidth > w) bad.push ("page " + document.documentElement.scrollWidth);
  return bad.slice (0, 5); })()'''

# Texts whose colour is too near to that of what is behind them (WCAG 2, 1.4.3: 4.5, or 3 for large ones).
CONTRAST = '''(() => { const bad = new Set ();
  const part = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = c => 0.2126 * part (c[0]) + 0.7152 * part (c[1]) + 0.0722 * part (c[2]);
  const read = s => (s.match (/[0-9.]+/g) || []).map (Number);
  const behind = e => { for (; e; e = e.parentElement) { const c = read (getComputedStyle (e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
  const walk = document.createTreeWalker (document.body, NodeFilter.SHOW_TEXT);
  for (let n; n = walk.nextNode (); ) {
    const e = n.parentElement, s = getComputedStyle (e);
    if (! n.data.trim () || ["title", "desc", "style"].includes (e.tagName.toLowerCase ())) continue;
    const a = light (read (e.closest ("svg") ? s.fill : s.color)), b = light (behind (e));
    const ratio = (Math.max (a, b) + 0.05) / (Math.min (a, b) + 0.05);
    if (ratio < (parseFloat (s.fontSize) >= 24 ? 3 : 4.5)) bad.add (ratio.toFixed (2) + " " + n.data.slice (0, 40)); }
  return [...bad].slice (0, 5); })()'''


class Browser:
    """Chromium, spoken to in JSON that ends in a NUL, on its descriptors 3 and 4."""

    def __init__ (self, program, profile):
        (read_3, self.to), (self.back, write_4) = os.pipe (), os.pipe ()

        def descriptors ():
            os.dup2 (read_3, 13), os.dup2 (write_4, 14)
            os.dup2 (13, 3), os.dup2 (14, 4)

        self.process = subprocess.Popen ([program, *FLAGS, '--user-data-dir=' + profile, 'about:blank'],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False,
                                         preexec_fn=descriptors)
        os.close (read_3), os.close (write_4)
        self.number, self.events, self.session, self.rest = 0, [], None, b''
        target = self.call ('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call ('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in 'Page', 'Network', 'Log', 'Runtime', 'Debugger':
            self.call (domain + '.enable')

    def receive (self):
        while b'\0' not in self.rest:
            more = os.read (self.back, 1 << 20)
            if not more:
                raise EOFError ('the browser has ended')
            self.rest += more
        one, self.rest = self.rest.split (b'\0', 1)
        return json.loads (one)

    def call (self, method, **params):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write (self.to, json.dumps (message).encode () + b'\0')
        while True:
            answer = self.receive ()
            if answer.get ('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError (method + ': ' + answer['error']['message'])
                return answer['result']
            self.events.append (answer)

    def evaluate (self, expression):
        result = self.call ('Runtime.evaluate', expression=expression, returnByValue=True)
        if 'exceptionDetails' in result:
            raise RuntimeError (str (result['exceptionDetails']))
        return result['result'].get ('value')

    def open (self, url, width, scheme):
        self.call ('Emulation.setDeviceMetricsOverride', width=width, height=800, deviceScaleFactor=1,
                   mobile=width < 600)
        self.call ('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': scheme}])
        self.events = []
        self.call ('Page.navigate', url=url)
        while not any (event.get ('method') == 'Page.loadEventFired' for event in self.events):
            self.events.append (self.receive ())

    def happened (self, method):
        return [event['params'] for event in self.events if event.get ('method') == method]

    def shot (self, path, whole):
        width = self.evaluate ('document.documentElement.clientWidth')
        height = self.evaluate ('document.documentElement.scrollHeight') if whole else 800
        clip = {'x': 0, 'y': 0, 'width': width, 'height': min (height, 16000), 'scale': 1}
        data = self.call ('Page.captureScreenshot', clip=clip, captureBeyondViewport=True)['data']
        path.write_bytes (base64.b64decode (data))

    def pdf (self):
        return base64.b64decode (self.call ('Page.printToPDF')['data'])


class Checks:
    def __init__ (self):
        self.count = self.failed = 0

    def empty (self, text, faults):
        self.count += 1
        self.failed += bool (faults)
        print ('not ok' if faults else 'ok', self.count, '-', text)
        for fault in list (faults)[:10]:
            print ('#', fault)


def look (browser, checks, page, shots):
    url = page.as_uri ()
    for (place, width), scheme in itertools.product (WIDTHS.items (), SCHEMES):
        name = '%s, %s, %s' % (page.stem, place, scheme)
        browser.open (url, width, scheme)
        asked = [request['request']['url'] for request in browser.happened ('Network.requestWillBeSent')]
        checks.empty (name + ': nothing is fetched', [other for other in asked if other != url])
        checks.empty (name + ': nothing runs', [script['url'] for script in browser.happened ('Debugger.scriptParsed')])
        checks.empty (name + ': the browser has nothing to say',
                      [entry['entry']['text'] for entry in browser.happened ('Log.entryAdded')])
        if shots:
            browser.shot (shots / ('%s-%s-%s.png' % (page.stem, place, scheme)), False)
            browser.shot (shots / ('%s-%s-%s-whole.png' % (page.stem, place, scheme)), True)
        checks.empty (name + ': all fits the width', browser.evaluate (OVERFLOW))
        browser.evaluate ('document.querySelectorAll ("details").forEach (d => { d.open = true; })')
        checks.empty (name + ': all fits when opened', browser.evaluate (OVERFLOW))
        checks.empty (name + ': contrast', browser.evaluate (CONTRAST))


def look_without_style (browser, checks, page, shots):
    """As mail programs show it that drop the style sheet."""
    browser.open (page.as_uri (), WIDTHS['phone'], 'light')
    browser.evaluate ('document.querySelector ("style").remove ()')
    checks.empty (page.stem + ': readable without its style', browser.evaluate (OVERFLOW))
    if shots:
        browser.shot (shots / (page.stem + '-unstyled.png'), True)


def main ():
    parser = argparse.ArgumentParser ()
    parser.add_argument ('--shots', type=pathlib.Path)
    parser.add_argument ('--chromium', default='chromium')
    parser.add_argument ('pages', nargs='+', type=pathlib.Path)
    options = parser.parse_args ()
    checks = Checks ()
    profile = tempfile.mkdtemp ()
    try:
        browser = Browser (options.chromium, profile)
        for page in options.pages:
            look (browser, checks, page.resolve (), options.shots)
            look_without_style (browser, checks, page.resolve (), options.shots)
            if options.shots:
                browser.open (page.resolve ().as_uri (), WIDTHS['desk'], 'dark')
                (options.shots / (page.stem + '.pdf')).write_bytes (browser.pdf ())
        browser.process.kill ()
        browser.process.wait ()
    finally:
        shutil.rmtree (profile, ignore_errors=True)
    print ('1..%d' % checks.count)
    return checks.failed > 0


sys.exit (main ())
