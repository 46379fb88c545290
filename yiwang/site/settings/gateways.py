"""Systems outside that the platform asks (ADR 11)."""

from yiwang.site.environment import environment

_environment = environment()

REALNAME_SERVICE = "yiwang.platform.accounts.gateways.realname.HttpService"
REALNAME_URL = _environment.realname_url
REALNAME_CLIENT = _environment.realname_client
REALNAME_KEY_FILE = _environment.realname_key
REALNAME_SECONDS = 10.0
REALNAME_PER_MINUTE = _environment.realname_per_minute

# The service that reaches telephones; without one pushes are only noted.
PUSH_GATEWAY = "yiwang.platform.messages.gateways.simulator.PushSimulator"
# E-mail: none without YIWANG_SMTP_URL.
MAIL_GATEWAY = "yiwang.platform.messages.gateways.mail.Smtp"
MAIL_HOST, MAIL_PORT, MAIL_SECURITY, MAIL_USER, MAIL_PASSWORD = _environment.mail
MAIL_FROM = _environment.mail_from
# The municipal address book (市级通讯录): a class with the methods of sharing/gateways/directory.py.
DIRECTORY = "yiwang.platform.sharing.gateways.directory.HttpDirectory"
DIRECTORY_URL = _environment.directory_url
DIRECTORY_CLIENT = _environment.directory_client
DIRECTORY_KEY_FILE = _environment.directory_key
DIRECTORY_SECONDS = 10.0

# The carrier's gateway: a class of yiwang/platform/messages/gateways. Without a carrier the simulator.
_GATEWAYS = "yiwang.platform.messages.gateways"
_CARRIERS = {"": "simulator.Simulator", "http": "http.HttpCarrier", "https": "http.HttpCarrier"}
SMS_ADDRESS = _environment.sms_url
SMS_GATEWAY = f"{_GATEWAYS}.{_CARRIERS.get(SMS_ADDRESS.scheme if SMS_ADDRESS else '', 'smpp.Smpp')}"
SMS_SOURCE = _environment.sms_source  # the number texts come from (接入号), which people reply to
SMS_CLIENT = _environment.sms_client
SMS_KEY_FILE = _environment.sms_key_file
SMS_SIGNATURE = "青浦一网协同"  # as reported to the carrier
SMS_SIGNATURE_NUMBER = _environment.sms_signature_number  # under which the carrier knows it (报备号)
SMS_MONTHLY_QUOTA = _environment.sms_monthly_quota  # parts, of units that have no quota of their own

# Callbacks of connected applications go to public addresses and to these networks, never to this machine
# itself, but for sandbox applications of a demonstration.
CALLBACK_NETWORKS = _environment.callback_networks
CALLBACK_SANDBOX_LOOPBACK = _environment.demo
