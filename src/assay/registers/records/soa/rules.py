"""When a control may not be left out."""

from collections.abc import Mapping

from assay.registers.declaration import Checked

DEAD = frozenset({"closed", "dropped", "ended", "withdrawn", "retired"})


def needed_by(checked: Checked) -> list[str]:
    """What needs the control, in words: treatments in force, risks and impacts that name it, legal and contractual duties."""
    found = []
    for each in checked.inward(f"control:{checked.data.get('control', '')}"):
        if each.state in DEAD:
            continue
        if each.register in ("risks", "treatments", "impacts"):
            found.append(f"{each.register[:-1]} {each.number} ({each.title})")
        elif each.register == "interested-parties" and each.data.get("binding") in ("legal", "contract"):
            found.append(f"the requirement of {each.title}")
    if checked.data.get("legal_basis"):
        found.append(f"the law or contract named here ({checked.data['legal_basis']})")
    if checked.data.get("risks") or checked.data.get("impacts"):
        found.append("the risks or impacts linked in this row")
    return found


def check(checked: Checked) -> Mapping[str, str]:
    """An exclusion is refused while something needs the control."""
    if checked.data.get("applies") != "excluded":
        return {}
    needs = needed_by(checked)
    return {"applies": f"It cannot be excluded: it is needed by {'; '.join(needs)}."} if needs else {}
