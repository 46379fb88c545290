"""What people write into applications for unit changes: one form for each kind."""

from django import forms


class ReasonForm(forms.Form):
    reason = forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写事由"})
