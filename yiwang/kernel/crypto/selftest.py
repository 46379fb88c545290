"""Power-on self-test: the published vectors, run at every start before the first secret is touched."""

from yiwang.kernel.crypto import sm2, sm3, sm4

_KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")


class SelfTestFailed(RuntimeError):
    """An algorithm gives wrong results here; the process must not go on."""


def _sm3() -> bool:
    """GB/T 32905-2016, appendix A: one block and two blocks."""
    return (
        sm3.digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        and sm3.digest(b"abcd" * 16).hex()
        == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


def _sm4() -> bool:
    """GB/T 32907-2016, appendix A.1."""
    return sm4.encrypt_block(_KEY, _KEY).hex() == "681edf34d206965e86b3e94f536e4246"


def _sm4_gcm() -> bool:
    """RFC 8998, appendix A.1; an altered tag must be refused."""
    nonce = bytes.fromhex("00001234567800000000abcd")
    associated = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = b"".join(bytes([byte]) * 8 for byte in bytes.fromhex("aabbccddeeffeeaa"))
    expected = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    cipher = sm4.SM4GCM(_KEY)
    try:
        cipher.decrypt(nonce, expected[:-1] + b"\x00", associated)
    except sm4.TagMismatch:
        refused = True
    else:
        refused = False
    return (
        refused
        and cipher.encrypt(nonce, plain, associated) == expected
        and cipher.decrypt(nonce, expected, associated) == plain
    )


def _sm2() -> bool:
    """GM/T 0003.5-2012, appendix A: key pair and signature; our own verifies, another text does not."""
    key = sm2.SigningKey(bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"))
    public = bytes.fromhex(
        "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    )
    published = bytes.fromhex(
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
        "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
    )
    verifier = sm2.VerifyingKey(public)
    return (
        key.public == public
        and verifier.verify(b"message digest", published)
        and not verifier.verify(b"message digesT", published)
        and verifier.verify(b"own", key.sign(b"own"))
    )


def run() -> None:
    """Check SM2, SM3 and SM4 against their standards; SelfTestFailed names the first that is wrong."""
    for name, check in (("SM3", _sm3), ("SM4", _sm4), ("SM4-GCM", _sm4_gcm), ("SM2", _sm2)):
        if not check():
            raise SelfTestFailed(
                f"{name} does not give the results its standard publishes; refusing to start"
            )
