"""Checks of a page that is shown: accessibility, sideways scrolling, size of targets, the way of the Tab key."""

from __future__ import annotations

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe().axe_script
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST, SMALLEST_ON_PHONES = 24, 44  # CSS pixels: WCAG 2.5.8, and a finger
_CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary"
_NAME = "const name = one => one.outerHTML.replace(/\\s+/g, ' ').slice(0, 90);"

_SIDEWAYS = f"""() => {{ {_NAME}
  const wide = [...document.querySelectorAll('body *')].filter(one => {{
    const box = one.getBoundingClientRect();
    const unseen = one.closest('thead') && getComputedStyle(one.closest('thead')).clipPath !== 'none';
    return one.checkVisibility() && box.width && box.height && box.right > innerWidth + 1 && !unseen;
  }});
  return document.documentElement.scrollWidth > innerWidth ? [`scrolls sideways`, ...wide.map(name)] : wide.map(name);
}}"""

# A link within a sentence is as high as its line (WCAG 2.5.8, inline); a box has its label as the target.
_SMALL = f"""(smallest) => {{ {_NAME}
  const inline = one => one.tagName === 'A' && getComputedStyle(one).display === 'inline'
    && one.parentElement.textContent.trim() !== one.textContent.trim();
  return [...document.querySelectorAll('{_CONTROLS}')].filter(one => {{
    const box = (one.closest('label') ?? one).getBoundingClientRect();
    const seen = one.checkVisibility({{visibilityProperty: true}}) && box.right > 0;
    return seen && !inline(one) && (box.width < smallest - 0.5 || box.height < smallest - 0.5);
  }}).map(one => {{
    const box = (one.closest('label') ?? one).getBoundingClientRect();
    return `${{Math.round(box.width)}}x${{Math.round(box.height)}} ${{name(one)}}`;
  }});
}}"""

# The controls that the Tab key must reach: of radio buttons of a name only one.
_TO_REACH = f"""() => {{ {_NAME}
  const controls = [...document.querySelectorAll('{_CONTROLS}')].filter(one =>
    !one.disabled && one.tabIndex >= 0 && one.checkVisibility({{visibilityProperty: true}}));
  const radios = new Set();
  window.toReach = controls.filter(one => {{
    if (one.type !== 'radio') return true;
    const group = [...document.querySelectorAll(`input[type=radio][name="${{CSS.escape(one.name)}}"]`)];
    if (group.some(other => other.checked)) return one.checked;
    const first = !radios.has(one.name);
    radios.add(one.name);
    return first;
  }});
  return window.toReach.map(name);
}}"""

_FOCUSED = f"""() => {{ {_NAME}
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const wrong = [];
  if (one === document.body) return [-1, wrong];
  if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.push(`focus not seen: ${{name(one)}}`);
  if (!at || !(one.contains(at) || at.contains(one))) wrong.push(`focus covered: ${{name(one)}}`);
  return [window.toReach.indexOf(one), wrong];
}}"""


def accessible(page: Page) -> Iterator[str]:
    """Run axe-core; say what it finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": _RULES}}
    for found in page.evaluate("options => axe.run(options).then(found => found.violations)", options):
        yield f"{found['id']}: {found['help']}: {[node['html'][:120] for node in found['nodes']]}"


def sized(page: Page, phone: bool) -> Iterator[str]:
    """Say what is wider than the page, and which controls are too small."""
    yield from (f"too wide: {one}" for one in page.evaluate(_SIDEWAYS))
    yield from (f"too small: {one}" for one in page.evaluate(_SMALL, SMALLEST_ON_PHONES if phone else SMALLEST))


def reached_by_tab(page: Page) -> Iterator[str]:
    """Press Tab until it comes round; say what it has not reached, and where the focus cannot be seen."""
    controls: list[str] = page.evaluate(_TO_REACH)
    left = set(range(len(controls)))
    for _ in range(len(controls) + 5):
        page.keyboard.press("Tab")
        found, wrong = page.evaluate(_FOCUSED)
        yield from wrong
        left.discard(found)
    yield from (f"not reached: {controls[one]}" for one in sorted(left))
