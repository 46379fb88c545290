"""The list of words that tags must not or may only with a reason be called by."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.tags.actions import words as acts
from yiwang.platform.tags.forms.tag import WordForm
from yiwang.platform.tags.models import SensitiveWord
from yiwang.platform.tags.queries import words as queries
from yiwang.platform.tags.rules import words as rules
from yiwang.platform.tags.vocabulary import KEEP_WORDS

WORDS = Listing(
    "tags.words",
    "标签敏感用词",
    columns=(
        Column("word", "用词", sort=("word",), is_fixed=True),
        Column("topic", "类别", sort=("topic",)),
        Column("weight", "处理", value=lambda one: one.get_weight_display(), sort=("weight",)),
        Column("act", "操作", value=lambda one: "", is_exported=False),
    ),
    filters=(
        TextFilter("q", "用词", {"word": "contains"}),
        ChoiceFilter("weight", "处理", SensitiveWord.Weight.choices, "weight"),
    ),
    order=("topic", "word"),
)


@require_http_methods(["GET", "POST"])
@permission_required(KEEP_WORDS.key)
def word_list(request: HttpRequest) -> HttpResponseBase:
    context = {"note": rules.NOTE, "form": WordForm()}
    return respond(
        request,
        queries.rows(),
        WORDS,
        template="tags/words.html",
        fragment="tags/_words_rows.html",
        context=context,
        may_export=True,
    )


@require_http_methods(["GET", "POST"])
@permission_required(KEEP_WORDS.key)
def word_add(request: HttpRequest) -> HttpResponse:
    form = WordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.add_word(**form.cleaned_data, actor=of_request(request))
        except Refused as refusal:
            if refusal.status != 422:
                raise
            for field, message in refusal.fields.items():
                form.add_error(field, message)
        else:
            return notice(seeother("tags:words"), "用词已添加，今后添加和编辑标签时生效")
    return render(request, "tags/word_add.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@permission_required(KEEP_WORDS.key)
def word_remove(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(queries.rows(), pk=pk)
    reason = request.POST.get("reason", "").replace("\0", "")[:200]
    acts.remove_word(one, reason=reason or "不再需要", actor=of_request(request))
    return notice(seeother("tags:words"), "用词已移除")
