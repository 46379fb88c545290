"""Cards for tests, in our own words and in WeCom's."""

from typing import Any

LINK = "https://app.qingpu.test/leave/31"


def leave(**more: Any) -> dict[str, Any]:
    """请假申请 待您审批 [同意][拒绝]."""
    return {
        "layout": "buttons",
        "task_id": "leave-31",
        "title": "请假申请",
        "text": "待您审批",
        "source": {"name": "请假管理", "tone": "grey"},
        "rows": [{"name": "申请人", "value": "周月娥"}, {"name": "时间", "value": "11月26日至27日"}],
        "url": LINK,
        "buttons": [
            {"text": "同意", "key": "agree", "style": "primary"},
            {"text": "拒绝", "key": "refuse", "style": "danger"},
        ],
        **more,
    }


def vote(**more: Any) -> dict[str, Any]:
    """A vote of one among three."""
    return {
        "layout": "vote",
        "task_id": "vote-7",
        "title": "培训时间",
        "questions": [
            {"key": "when", "options": [{"key": key, "text": text} for key, text in _DAYS], "is_many": False}
        ],
        "buttons": [{"text": "提交", "key": "submit"}],
        **more,
    }


_DAYS = (("mon", "周一上午"), ("wed", "周三下午"), ("fri", "周五上午"))


def choices(**more: Any) -> dict[str, Any]:
    """Two lists to choose from."""
    questions = [
        {
            "key": key,
            "title": title,
            "options": [{"key": str(n), "text": text} for n, text in enumerate(texts)],
        }
        for key, title, texts in (("room", "会议室", ("一号", "二号")), ("meal", "用餐", ("需要", "不需要")))
    ]
    return {
        "layout": "choices",
        "task_id": "meeting-3",
        "title": "会议回执",
        "questions": questions,
        "buttons": [{"text": "提交", "key": "submit"}],
        **more,
    }


def wecom_buttons(**more: Any) -> dict[str, Any]:
    """The same leave as WeCom's vendors write it, with everything that such a card may have."""
    return {
        "card_type": "button_interaction",
        "task_id": "leave-31",
        "source": {"icon_url": "https://app.qingpu.test/icon.png", "desc": "请假管理", "desc_color": 1},
        "action_menu": {"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]},
        "main_title": {"title": "请假申请", "desc": "待您审批"},
        "quote_area": {"type": 1, "url": LINK, "title": "事由", "quote_text": "家中有事"},
        "sub_title_text": "请于今日内审批",
        "horizontal_content_list": [
            {"keyname": "申请人", "value": "周月娥", "type": 0},
            {"keyname": "附件", "value": "证明", "type": 1, "url": LINK},
        ],
        "button_selection": {
            "question_key": "kind",
            "title": "假别",
            "selected_id": "a",
            "option_list": [{"id": "a", "text": "年休假"}, {"id": "b", "text": "事假"}],
        },
        "button_list": [
            {"text": "同意", "style": 1, "key": "agree"},
            {"text": "拒绝", "style": 3, "key": "refuse"},
            {"type": 1, "text": "查看", "url": LINK},
        ],
        **more,
    }
