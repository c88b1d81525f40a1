"""`python -m infra.cli.reference` writes docs/reference/json.md."""

from infra.cli.reference.page import PAGE, page

if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
