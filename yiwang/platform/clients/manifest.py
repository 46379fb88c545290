"""What connected applications give to the platform."""

from yiwang.kernel.extension.api import ApiRouter, api_routers
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.jobs import Job, every, job_types, schedules
from yiwang.kernel.extension.open_calls import ClientGate, WecomCall, client_gates, wecom_calls
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.realtime import LiveFeed, live_feeds
from yiwang.kernel.extension.roles import role_extras
from yiwang.platform.clients import jobs, vocabulary
from yiwang.platform.clients.actions import admission
from yiwang.platform.clients.actions import events as told
from yiwang.platform.clients.api import application, events, oauth2
from yiwang.platform.clients.api import jobs as job_routes
from yiwang.platform.clients.queries import callers, feed
from yiwang.platform.org import hooks as org

audit_verbs.add_all(vocabulary.VERBS)
permissions.add_all(vocabulary.PERMISSIONS)
role_extras.add_all(vocabulary.ROLE_EXTRAS)
client_gates.add(ClientGate("clients.gate", "接入应用", admit=admission.admit))
api_routers.add(ApiRouter("clients.oauth2", "/oauth2", oauth2.router))
api_routers.add(ApiRouter("clients.application", "/application", application.router))
api_routers.add(ApiRouter("clients.events", "/events", events.router))
api_routers.add(ApiRouter("clients.jobs", "/jobs", job_routes.router))
job_types.add(Job("clients.run_open_job", "执行应用的批量作业", run=jobs.run_open_job))
job_types.add(Job("clients.deliver", "向应用送达事件", run=jobs.deliver, retries=1))
schedules.add(every("clients.deliver_due", "重新送达应用事件", minutes=1, run=jobs.deliver_due))
wecom_calls.add(
    WecomCall(
        "clients.agent_get",
        "agent/get",
        "GET",
        "",
        application.wecom_agent,
        "获取应用自身的名称、可见范围和状态",
        "agentid=1000001",
    )
)
schedules.add(every("clients.forget", "清理接口调用记录", minutes=30, run=jobs.forget))
live_feeds.add(
    LiveFeed(
        told.FEED,
        "应用事件",
        paths=vocabulary.EVENT_PATHS,
        channel=callers.CHANNEL,
        read=events.read_for,
        living=feed.living,
    )
)
org.tree_changed.add(callers.announce_change)
