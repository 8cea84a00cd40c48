"""What the demo clients say about us: complaints, suggestions, praise, surveys."""

from datetime import datetime, time, timedelta

from odoo.fields import Command

from .inventor import Inventor

#: who may speak on the own behalf
ADULT = 18
#: topic, subject, words, what the client wants, cause of a complaint
COMPLAINTS = (
    (
        "response",
        "电话无人回复",
        "打了三次电话，都没有人回电。",
        "请尽快回电。",
        "speed",
    ),
    ("claims", "理赔进度不透明", "材料交了两周，没有任何消息。", "告知进度。", "claim"),
    (
        "transparency",
        "收益说明不清楚",
        "销售时讲的收益和合同上写的不一样。",
        "书面说明并道歉。",
        "sales",
    ),
    (
        "renewal",
        "扣费没有提醒",
        "续期保费直接扣款，没有提前通知。",
        "提前提醒。",
        "service",
    ),
    (
        "privacy",
        "接到推销电话",
        "办完保单后接到别家公司的推销电话。",
        "查明原因。",
        "data",
    ),
    ("service", "服务态度不好", "柜面人员不耐烦，说话生硬。", "道歉。", "service"),
)
SUGGESTIONS = (
    ("response", "希望微信能查进度", "理赔进度能在微信上看到就好了。"),
    ("transparency", "条款配个图解", "条款太长，配一页图解会更清楚。"),
    ("fit", "多些适合老人的产品", "父母年纪大了，可选的产品太少。"),
    ("renewal", "缴费日能自己选", "希望缴费日可以安排在发工资之后。"),
)
PRAISE = (
    ("claims", "理赔很快", "三天就赔到账了，谢谢！"),
    ("service", "业务员很耐心", "小林把每一条都讲明白了。"),
    ("service", "生日祝福很暖心", "每年都记得我的生日。"),
)
FINDING = "已调阅通话和业务记录，并与经办人核实。"
ANSWER = "已向您说明核实情况和处理依据，给您带来不便深表歉意。"
ANALYSIS = "经办人休假期间没有安排替补，流程中缺少提醒。"
MEASURES = ("建立休假替补名单", "增加到期前提醒", "重新培训话术和告知要求")
EFFECT = "此后三个月同类投诉明显减少。"
STATEMENT = "当时正在休假，已在返岗当天联系客户。"
IDEAS = (
    ("transparency", "每份计划书附一页大白话说明", "adopted", "七月起随计划书提供。"),
    ("response", "理赔材料清单做成小程序", "considered", ""),
    ("service", "七十岁以上客户上门服务", "done", "已在上海团队试行。"),
    ("renewal", "续期提醒提前到十五天", "new", ""),
    ("other", "减少重复填写的表格", "declined", "监管要求分别留存，暂不能合并。"),
)


def load_feedback(demo, entries):
    """Create feedback, surveys and suggestions in the states of daily work."""
    # of its own, so that it changes nothing else
    inventor = Inventor(demo.inventor.today, seed=33)
    archives = [archive for archive, client in entries if client.stage != "collecting"]
    _load_client_feedback(demo, inventor, archives)
    _load_surveys(demo, inventor, archives)
    _load_ideas(demo)
    _load_portal_user(demo, archives)


def _load_client_feedback(demo, inventor, archives):
    values_list = []
    for archive in archives:
        if not inventor.chance(0.32):
            continue
        kind = inventor.choices(("complaint", "suggestion", "praise"), (5, 3, 2))[0]
        values_list.append(_feedback_values(demo, inventor, archive, kind))
    values_list.sort(key=lambda values: values["received_on"])
    feedbacks = demo.make("insurance.feedback", "demo_feedback", values_list)
    for feedback in feedbacks.filtered("handler_id"):
        _move_on(demo, inventor, feedback)


def _feedback_values(demo, inventor, archive, kind):
    recent = inventor.chance(0.45)
    values = {
        "archive_id": archive.id,
        "kind": kind,
        "received_on": inventor.day_ago(0, 24) if recent else inventor.day_ago(25, 330),
        "channel": inventor.choice(("phone", "message", "face_to_face", "mail")),
        "user_id": archive.agent_id.id,
    }
    if kind != "complaint":
        table = SUGGESTIONS if kind == "suggestion" else PRAISE
        topic, name, words = inventor.choice(table)
    else:
        topic, name, words, demand, cause = inventor.choice(COMPLAINTS)
        values |= {"demand": demand, "cause": cause}
        if cause in ("speed", "sales", "service") and inventor.chance(0.6):
            values["complained_user_id"] = archive.agent_id.id
        if inventor.chance(0.15):
            values |= {"complexity": "complex", "complexity_reason": "涉及两家公司。"}
        if inventor.chance(0.08):
            values["channel"] = "regulator"
    return {
        **values,
        "name": name,
        "description": words,
        "topic_id": demo.ref(f"feedback_topic_{topic}").id,
    }


def _move_on(demo, inventor, feedback):
    """Take feedback as far as its age lets expect, by the steps users take."""
    age = (demo.inventor.today - feedback.received_on).days
    # what is older has been answered: a few days late is bad enough
    open_still = age < 40
    if age < 2 or (open_still and inventor.chance(0.08)):
        return
    received = feedback.received_on
    if feedback.kind == "praise":
        feedback.state = "closed"
        return
    feedback.state = "acknowledged"
    feedback.receipt_on = received + timedelta(days=min(age, inventor.randint(0, 3)))
    if age < 5 or (age < 20 and inventor.chance(0.45)):
        return
    if feedback.kind == "complaint":
        feedback.state = "investigating"
        feedback.statement = STATEMENT if feedback.complained_user_id else False
    if open_still and inventor.chance(0.12):
        return
    _answer(inventor, feedback, age)
    if age > 30 or inventor.chance(0.5):
        _close(demo, inventor, feedback)


def _answer(inventor, feedback, age):
    values = {"answer": ANSWER}
    if feedback.kind == "complaint":
        values |= {
            "finding": FINDING,
            "outcome": inventor.choices(
                ("justified", "partly", "unjustified", "settled"), (4, 3, 2, 2)
            )[0],
            "remedies_told": True,
        }
    feedback.write(values)
    feedback.state = "answered"
    days = min(age, inventor.randint(4, 14) + 8 * inventor.chance(0.12))
    answered = feedback.received_on + timedelta(days=days)
    feedback.write(
        {
            "answered_on": answered,
            "handling_rating": inventor.choice(("2", "3", "4", "4", "5")),
        }
    )


def _close(demo, inventor, feedback):
    if feedback.kind == "complaint":
        due = feedback.answered_on + timedelta(days=30)
        done = due <= demo.inventor.today and inventor.chance(0.8)
        feedback.write(
            {
                "cause_analysis": ANALYSIS,
                "measure_ids": [
                    Command.create(
                        {
                            "name": inventor.choice(MEASURES),
                            "user_id": feedback.handler_id.id,
                            "due_date": due,
                            "done_on": done and due,
                            "effect": done and EFFECT,
                        }
                    )
                ],
            }
        )
    feedback.state = "closed"


def _load_surveys(demo, inventor, archives):
    """Create surveys of the last months: one a client, for some a second one."""
    asked = [archive for archive in archives if inventor.chance(0.4)]
    rounds = (
        (asked, 130, 300),
        ([one for one in asked if inventor.chance(0.6)], 1, 35),
    )
    number = 0
    for clients, least, most in rounds:
        for archive in clients:
            number += 1
            _load_survey(demo, inventor, archive, number, (least, most))


def _load_survey(demo, inventor, archive, number, age):
    archive.satisfaction_asked_on = False
    day = inventor.day_ago(*age)
    request = demo.env["insurance.satisfaction"]._load_records(
        [
            {
                "xml_id": f"{demo.module}.demo_satisfaction_{number}",
                "values": {
                    "archive_id": archive.id,
                    "channel": inventor.choice(("link", "interview")),
                    "event": inventor.choice(
                        ("service", "service", "claim", "renewal")
                    ),
                    "user_id": archive.agent_id.id,
                    "sent_on": datetime.combine(day, time(2)),
                },
                "noupdate": True,
            }
        ]
    )
    archive.satisfaction_asked_on = day
    days = (demo.inventor.today - day).days
    if inventor.chance(0.72):
        answered = day + timedelta(days=min(days, inventor.randint(0, 6)))
        request.write(
            {
                "state": "answered",
                "score": inventor.choice(
                    (43.3, 60, 73.3, 80, 86.7, 90, 93.3, 96.7, 100)
                ),
                "answered_on": datetime.combine(answered, time(5)),
            }
        )
        archive._update_satisfaction()
    elif days > 14:
        request.state = "expired"


def _load_ideas(demo):
    authors = ("demo_user_agent", "demo_user_agent2", "demo_user_archivist")
    ideas = demo.make(
        "insurance.suggestion",
        "demo_suggestion",
        [
            {
                "name": name,
                "topic_id": demo.ref(f"feedback_topic_{topic}").id,
                "user_id": demo.ref(authors[number % len(authors)]).id,
                "answer": answer,
            }
            for number, (topic, name, _state, answer) in enumerate(IDEAS)
        ],
    )
    decider = demo.ref("demo_user_supervisor")
    for idea, (_topic, _name, state, _answer) in zip(ideas, IDEAS, strict=True):
        if state == "done":
            idea.with_user(decider).state = "adopted"
        if state != "new":
            idea.with_user(decider).state = state


def _load_portal_user(demo, archives):
    """Give one client a login to the portal: “client”, with the same password."""
    # an adult: for a child the guardian speaks
    partner = next(
        archive
        for archive in archives
        if archive.client_kind == "individual" and archive.age >= ADULT
    ).partner_id
    user = (
        demo.env["res.users"]
        .with_context(no_reset_password=True)
        ._load_records(
            [
                {
                    "xml_id": f"{demo.module}.demo_user_client",
                    "values": {
                        "login": "client",
                        "partner_id": partner.id,
                        "name": partner.name,
                        "tz": "Asia/Shanghai",
                        "group_ids": [Command.set([demo.ref("base.group_portal").id])],
                    },
                    "noupdate": True,
                }
            ]
        )
    )
    user.password = user.login
