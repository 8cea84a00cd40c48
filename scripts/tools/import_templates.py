#!/usr/bin/env python3
"""Write the import templates of the addon: static/xlsx/<what>_<language>.xlsx.

The Chinese headers stand in data/base_import_mapping_data.xml too: by it the importer
knows them in every language. Run this again after a change here, and commit the files.
"""

import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

ADDON = Path(__file__).parents[2] / "insurance_client_archive"
FOLDER = ADDON / "static" / "xlsx"
WRITTEN = datetime.datetime(2026, 1, 1)

# field: English header, Chinese header
HEADERS = {
    "name": ("Name", "姓名／名称"),
    "client_kind": ("Kind of client", "客户类别"),
    "gender": ("Gender", "性别"),
    "birth_date": ("Birth Date", "出生日期"),
    "marital_status": ("Marital Status", "婚姻状况"),
    "occupation_id": ("Occupation", "职业"),
    "employer": ("Employer", "工作单位"),
    "credit_code": ("Unified social credit code", "统一社会信用代码"),
    "established_on": ("Established", "成立日期"),
    "headcount": ("Persons", "人数"),
    "phone": ("Phone", "电话"),
    "email": ("Email", "电子邮箱"),
    "city": ("City", "城市"),
    "street": ("Street", "街道地址"),
    "intent_level": ("Intent to insure", "投保意向"),
    "agent_id": ("Agent", "业务员"),
    "number": ("Policy number", "保单号"),
    "archive_id": ("Policyholder", "投保人"),
    "product_id": ("Product", "保险产品"),
    "application_date": ("Application Date", "投保日期"),
    "start_date": ("Start", "保险起期"),
    "end_date": ("End", "保险止期"),
    "sum_insured": ("Sum Insured", "保险金额"),
    "premium": ("Premium", "保险费"),
    "payment_mode": ("Payment Mode", "缴费方式"),
    "payment_years": ("Payment Years", "缴费年限"),
}
# where a policy calls a field otherwise than a client
POLICY_HEADERS = {"agent_id": ("Selling agent", "销售业务员")}
REACH = {
    "phone": ("+86 139 1234 5678", "13912345678"),
    "email": ("client@example.com", "client@example.com"),
    "city": ("Shanghai", "上海市"),
    "street": ("100 Century Avenue", "世纪大道100号"),
    "intent_level": ("Medium", "中"),
    "agent_id": ("", ""),
}
DAY = datetime.date
# what: {field: (English example, Chinese example)}
TEMPLATES = {
    "individual": {
        "name": ("Chen Xiaoming", "陈晓明"),
        "client_kind": ("Individual", "个人"),
        "gender": ("Male", "男"),
        "birth_date": (DAY(1988, 5, 20), DAY(1988, 5, 20)),
        "marital_status": ("Married", "已婚"),
        "occupation_id": ("", ""),
        "employer": ("Riverside Trading", "江畔贸易有限公司"),
        **REACH,
    },
    "enterprise": {
        "name": ("Riverside Trading Company Ltd.", "上海江畔贸易有限公司"),
        "client_kind": ("Enterprise", "企业"),
        "credit_code": ("91310000MA1K35998N", "91310000MA1K35998N"),
        "established_on": (DAY(2015, 3, 1), DAY(2015, 3, 1)),
        "headcount": (120, 120),
        **REACH,
    },
    "group": {
        "name": ("Riverside School Staff Union", "江畔中学教职工工会"),
        "client_kind": ("Group", "团体"),
        "headcount": (85, 85),
        **REACH,
    },
    "policy": {
        "number": ("P2026000001", "P2026000001"),
        "archive_id": ("", ""),
        "product_id": ("", ""),
        "application_date": (DAY(2026, 1, 5), DAY(2026, 1, 5)),
        "start_date": (DAY(2026, 1, 10), DAY(2026, 1, 10)),
        "end_date": (DAY(2046, 1, 9), DAY(2046, 1, 9)),
        "sum_insured": (500000, 500000),
        "premium": (6000, 6000),
        "payment_mode": ("Yearly", "年缴"),
        "payment_years": (20, 20),
        "agent_id": ("", ""),
    },
}
NOTES = {
    "client": (
        (
            "Row 2 is an example: replace it by your first client.",
            "One row for each client. Leave the headers as they are.",
            "Name: the full name as in the identity document or the business licence.",
            "Phone: mobile or landline; numbers of other countries begin with + .",
            "A client with the same name and phone is not imported twice.",
            "Dates: as dates, or written as 2026-01-31.",
            "Agent: agents leave it empty; supervisors enter the agent's name.",
            "“Test” shows all problems row by row before anything is imported.",
        ),
        (
            "第2行为示例，请替换为您的第一位客户。",
            "每位客户一行，请勿修改表头。",
            "姓名／名称：填写与证件或营业执照一致的全称。",
            "电话：手机或固定电话；境外号码以“+”开头。",
            "姓名与电话均相同的客户不会重复导入。",
            "日期：使用日期格式，或写成 2026-01-31。",
            "业务员：业务员导入本人客户时留空；业务主管填写业务员姓名。",
            "点击“测试”可在导入前逐行查看全部问题。",
        ),
    ),
    "policy": (
        (
            "Row 2 is an example: replace it by your first policy.",
            "One row for each policy. Leave the headers as they are.",
            "Policyholder: the archive number, the phone or the name of your client.",
            "Product: the name of an insurance product as it stands in the system.",
            "A policy number that is in use is not imported twice.",
            "Dates: as dates or as 2026-01-31. End stays empty for whole life.",
            "Agent: who sold the policy; empty for the client's own agent.",
            "“Test” shows all problems row by row before anything is imported.",
        ),
        (
            "第2行为示例，请替换为您的第一张保单。",
            "每张保单一行，请勿修改表头。",
            "投保人：填写客户的档案号、电话或姓名。",
            "保险产品：填写系统中的保险产品名称。",
            "已存在的保单号不会重复导入。",
            "日期：使用日期格式，或写成 2026-01-31。终身保险的止期留空。",
            "业务员：销售该保单的业务员；留空则为客户的业务员。",
            "点击“测试”可在导入前逐行查看全部问题。",
        ),
    ),
}


def write(what, language, columns, notes):
    book = Workbook()
    book.properties.created = book.properties.modified = WRITTEN
    book.properties.creator = "Insurance Client Archive"
    sheet = book.active
    sheet.title = ("Import", "导入")[language]
    headers = {**HEADERS, **POLICY_HEADERS} if what == "policy" else HEADERS
    sheet.append([headers[field][language] for field in columns])
    sheet.append([example[language] for example in columns.values()])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE8F4")
        sheet.column_dimensions[cell.column_letter].width = 22
    for cell in sheet[2]:
        if isinstance(cell.value, DAY):
            cell.number_format = "yyyy-mm-dd"
        elif isinstance(cell.value, str):
            cell.number_format = "@"
    sheet.freeze_panes = "A2"
    explanation = book.create_sheet(("Notes", "说明")[language])
    explanation.column_dimensions["A"].width = 90
    for note in notes[language]:
        explanation.append([note])
        explanation.cell(explanation.max_row, 1).alignment = Alignment(wrap_text=True)
    book.save(FOLDER / f"{what}_{('en', 'zh')[language]}.xlsx")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for what, columns in TEMPLATES.items():
        notes = NOTES.get(what, NOTES["client"])
        for language in (0, 1):
            write(what, language, columns, notes)


if __name__ == "__main__":
    main()
