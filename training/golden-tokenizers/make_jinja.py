"""Golden values for src/formats/jinja: what the Jinja of transformers makes of templates and of single expressions.

    python training/golden-tokenizers/make_jinja.py

writes jinja.json: {"snippets": [[template, text or {"error": kind}], …], "families": {name: template}, "cases": [[name,
conversation, generation prompt, text or {"error": kind}], …], "conversations": […]}. The families' templates are written here, after
those of the models that the app reads: what they call and how they nest is theirs.
"""
import json
from pathlib import Path

from transformers.utils import chat_template_utils

compile_template = chat_template_utils._compile_jinja_template

MESSAGES = [{"role": "system", "content": " Sys\n"}, {"role": "user", "content": "Hi 😀 there"}, {"role": "assistant", "content": "ok"}]
SNIPPETS = [
    # printing
    "{{ true }} {{ false }} {{ none }} {{ True }} {{ None }} {{ nothing }}|{{ 2.0 }} {{ 1e16 }} {{ 1e15 }} {{ 1e-5 }} {{ 0.0001 }} {{ 1.5e300 }} {{ -0.0 }} {{ 0.1 + 0.2 }} {{ 10 ** 20 }} {{ 2 ** 0.5 }}",
    "{{ [1, 2.0, true, none, 'a', \"it's\", 'q\"', 'both\\'\"', 'é\\n\\t\\\\', '\\x00\\u200b😀'] }} {{ (1,) }} {{ () }} {{ (1, 'b') }} {{ {'a': 1, 2: [none]} }} {{ {} }} {{ [] }}",
    "{{ 1, 2 }} {{ 'a' 'b' }} {{ 1_000 }} {{ 0x1f }} {{ 1 if false }}|{{ 'x' if none else 'y' }} {{ not 1 }} {{ - 3 }} {{ +3 }} {{ -true }}",
    "{{ 'a\\tb\\x41\\u00e9\\101\\q\\'' }} {{ \"d\\\"q\" }}",
    # length and places of characters
    "{{ '😀a'|length }} {{ '😀a'[0] }} {{ '😀ab'[1:] }} {{ '😀ab'[::-1] }} {{ 'héllo'[-2:] }} {{ 'abc'[5] }}|{{ 'abc'[-1] }} {{ 'ab😀'.find('😀') }} {{ '😀😀b'.find('b') }} {{ '😀b'.rfind('b') }} {{ 'abcabc'.find('c', 3) }} {{ 'abc'.find('z') }} {{ 'abcabc'.rfind('a', 0, 3) }} {{ 'x'.find('') }} {{ 'abcb'.index('b') }} {{ 'abcb'.rindex('b') }} {{ '😀'|list }} {{ 'aXbX'.count('X') }} {{ 'aaa'.count('aa') }} {{ 'ab'.count('') }}",
    # strip
    "[{{ '  a b\\n'.strip() }}] [{{ 'xxaxx'.strip('x') }}] [{{ 'abcba'.lstrip('ab') }}] [{{ 'abcba'.rstrip('ab') }}] [{{ '\\n\\na\\n'.strip('\\n') }}] [{{ '\\u00a0a\\u2003'.strip() }}] [{{ '\\ufeffa'.strip() }}] [{{ '\\x1ca\\x85'.strip() }}] [{{ '😀a😀'.strip('😀') }}] [{{ 'a'.strip('') }}] [{{ 'a'.strip(none) }}] [{{ ' a '|trim }}] [{{ 'xax'|trim('x') }}] [{{ 1|trim }}]",
    # split
    "{{ 'a b  c '.split() }} {{ ' a b '.split(' ') }} {{ 'a,b,c'.split(',', 1) }} {{ 'a b c'.split(none, 1) }} {{ 'a b  c '.split(maxsplit=1) }} {{ ''.split() }} {{ ''.split(',') }} {{ 'a--b--c'.rsplit('--', 1) }} {{ ' a b  c '.rsplit(none, 1) }} {{ 'a b'.rsplit() }} {{ 'a\\nb\\r\\nc\\n'.splitlines() }} {{ 'a\\nb\\n'.splitlines(true) }} {{ '\\n'.splitlines() }} {{ 'a'.split('😀') }} {{ '<think>\\nx\\n</think>\\ny'.split('</think>')[0].split('<think>')[-1].lstrip('\\n') }}",
    # other methods
    "{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'bc')) }} {{ 'abc'.startswith(()) }} {{ 'aXa'.replace('a', '$&') }} {{ 'aaa'.replace('a', 'b', 2) }} {{ 'ab'.replace('', '-') }} {{ 'ab'.replace('', '-', 2) }} {{ 'aé'.upper() }} {{ 'AÉ'.lower() }} {{ 'hello wORLD'.title() }} {{ \"they're x1y\".title() }} {{ 'hELLO wORLD'.capitalize() }} {{ 'ß'.upper() }} {{ 'aB'.swapcase() }}",
    "{{ ', '.join(['a', 'b']) }} {{ ''.join([]) }} {{ '-'.join('abc') }} {{ 'x'.zfill(3) }} {{ '-5'.zfill(4) }} {{ 'a'.ljust(3) }}| {{ 'a'.rjust(3, '*') }} {{ 'ab'.center(5, '*') }} {{ 'abc'.center(6, '*') }} {{ 'a=b=c'.partition('=') }} {{ 'a=b=c'.rpartition('=') }} {{ 'a'.partition('=') }} {{ 'a'.rpartition('=') }} {{ 'prefix-a'.removeprefix('prefix-') }} {{ 'a.txt'.removesuffix('.txt') }} {{ 'a'.removesuffix('') }}",
    "{{ '12'.isdigit() }} {{ '1²'.isdigit() }} {{ '½'.isnumeric() }} {{ ''.isdigit() }} {{ 'ab'.isalpha() }} {{ 'a1'.isalnum() }} {{ ' \\n'.isspace() }} {{ 'AB'.isupper() }} {{ 'ab1'.islower() }} {{ '1'.islower() }}",
    "{{ '{} and {}'.format(1, 'b') }} {{ '{0}{1}{0}'.format('a', 2.0) }} {{ '{x}'.format(x=3) }} {{ '{:>5}|{:<5}|{:^5}|{:*^7}'.format('a', 'b', 'c', 'd') }} {{ '{:.2f} {:5d} {:05d} {:+d} {:,} {:x} {:.1%} {:e}'.format(3.14159, 42, 42, 42, 1234567, 255, 0.256, 12345.678) }} {{ '{{}} {}'.format(1) }} {{ '{m[role]}'.format(m=messages[0]) }} {{ '{!r}'.format('a') }}",
    "{{ '%s-%d' % ('a', 3) }} {{ '%s' % 'x' }} {{ '%5.1f|%-5s|%05d|%x|%%' % (2.25, 'ab', 42, 255) }} {{ '%s %s'|format('a', 1) }} {{ '%(a)s'|format(a=5) }} {{ '%.2s' % 'abc' }} {{ '%r' % 'a' }} {{ '%+d' % 5 }} {{ '%g' % 0.00001 }} {{ '%g' % 1234567.0 }} {{ '%e' % 12.5 }}",
    # filters
    "{{ 2.0|tojson }} {{ 'é😀\"\\n'|tojson }} {{ [1, none, true, 1.5, 'a']|tojson }} {{ {'b': 1, 'a': [1, {'c': 2}]}|tojson }} {{ {'b': 1, 'a': 2}|tojson(sort_keys=true) }} {{ {}|tojson }} {{ 'é'|tojson(ensure_ascii=true) }} {{ [1, 2]|tojson(separators=(',', ':')) }} {{ {1: 2, none: 3, true: 4}|tojson }} {{ (1, 2)|tojson }} {{ 1e16|tojson }}",
    "{{ {'a': [1, 2], 'b': {}}|tojson(indent=2) }} {{ [[], [1]]|tojson(indent=4) }} {{ messages|tojson }}",
    "{{ 'a'|default('x') }} {{ nothing|default('x') }} {{ ''|default('x', true) }} {{ nothing|d }}| {{ none|default('x') }} {{ 0|default(1, boolean=true) }}",
    "{{ [3, 1, 2]|sort }} {{ [3, 1, 2]|sort(reverse=true) }} {{ ['b', 'A', 'a']|sort }} {{ ['b', 'A', 'a']|sort(case_sensitive=true) }} {{ messages|sort(attribute='role')|map(attribute='role')|join(',') }} {{ [1, 2, 3]|reverse|list }} {{ 'abc'|reverse }} {{ [1, 2, 1]|unique|list }} {{ ['a', 'A']|unique|list }}",
    "{{ messages|map(attribute='content')|list }} {{ ['a', 'b']|map('upper')|join('-') }} {{ messages|selectattr('role', 'equalto', 'user')|list|length }} {{ messages|rejectattr('role', 'in', ['user', 'system'])|map(attribute='role')|list }} {{ [1, 0, 2]|select|list }} {{ [1, 2, 3]|select('odd')|list }} {{ [1, 2, 3]|reject('greaterthan', 1)|list }} {{ messages|selectattr('name')|list }} {{ [{'a': {'b': 1}}]|map(attribute='a.b')|list }} {{ [{}]|map(attribute='x', default='d')|list }}",
    "{{ [1, 2]|first }} {{ [1, 2]|last }} {{ []|first }}| {{ 'abc'|first }} {{ [1, 2, 3]|sum }} {{ [1.5, 2]|sum }} {{ [[1], [2]]|sum(start=[]) }} {{ [1, 5, 2]|max }} {{ [1, 5, 2]|min }} {{ ['b', 'A']|min }} {{ [1, 2, 3, 4, 5]|batch(2)|list }} {{ [1, 2, 3]|batch(2, 'x')|list }} {{ [1, 2, 3, 4, 5]|slice(2)|list }} {{ {'b': 1, 'a': 2}|dictsort }} {{ {'b': 1, 'a': 2}|dictsort(by='value') }} {{ {'a': 1}|items|list }}",
    "{{ [1, true, none, 2.0, 'x']|join(', ') }} {{ messages|join('|', attribute='role') }} {{ 3.7|int }} {{ '42'|int }} {{ '4.9'|int }} {{ 'x'|int }} {{ 'x'|int(7) }} {{ '0x1f'|int(base=16) }} {{ '3.5'|float }} {{ 'x'|float }} {{ 3|float }} {{ true|int }} {{ -3|abs }} {{ 2.5|round }} {{ 3.5|round }} {{ 2.345|round(2) }} {{ 2.675|round(2) }} {{ 0.125|round(2) }} {{ -0.5|round }} {{ 1234.5|round(-2) }} {{ 2.6|round|int }} {{ 2.1|round(method='ceil') }} {{ 42|round }} {{ 1|string }} {{ true|string }} {{ none|string }}",
    "{{ 'hello world'|title }} {{ \"they're (x)\"|title }} {{ 'hELLO'|capitalize }} {{ 'a'|upper }} {{ 'A'|lower }} {{ 'a b c'|wordcount }} {{ 'aXa'|replace('a', 'b') }} {{ 'aaa'|replace('a', 'b', 2) }} {{ '<a & \"b\">'|e }} {{ '<a>'|safe }} {{ 'ab'|center(6) }}| {{ 'a b/c?é'|urlencode }} {{ 'foo bar baz qux'|truncate(9) }} {{ 'foo bar baz qux'|truncate(9, true) }} {{ 'foo bar baz qux'|truncate(11) }}",
    "{{ 'a\\nb\\n\\nc'|indent }}|{{ 'a\\nb'|indent(2, true) }}|{{ 'a\\n\\nb'|indent(2, blank=true) }}|{{ 'a\\nb'|indent('> ') }}|{{ ''|indent(2, true) }}|{{ 'a\\n'|indent(2) }}",
    "{% for g in [{'k': 'b', 'v': 1}, {'k': 'a', 'v': 2}, {'k': 'b', 'v': 3}]|groupby('k') %}{{ g.grouper }}:{{ g.list|length }} {% endfor %}{% for key, list in [{'k': 1}]|groupby('k') %}{{ key }}={{ list }}{% endfor %}",
    # tests
    "{{ x is defined }} {{ x is undefined }} {{ none is none }} {{ 1 is number }} {{ true is number }} {{ 1 is integer }} {{ true is integer }} {{ 1.0 is float }} {{ 'a' is string }} {{ [] is sequence }} {{ {} is sequence }} {{ 1 is sequence }} {{ {} is mapping }} {{ [] is mapping }} {{ 'a' is iterable }} {{ 3 is iterable }} {{ x is iterable }} {{ range is callable }} {{ 1 is boolean }} {{ false is boolean }} {{ true is true }} {{ 1 is true }} {{ false is false }} {{ 3 is odd }} {{ 4 is even }} {{ 9 is divisibleby 3 }} {{ 1 is eq 1 }} {{ 1 is sameas 1 }} {{ 'a' is in ['a'] }} {{ 'A' is upper }} {{ 'a' is lower }} {{ 1 is not none }} {{ 3 is gt 2 }} {{ 1 is ne(2) }}",
    # operators
    "{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 4 / 2 }} {{ 2 ** 3 }} {{ 2 ** -1 }} {{ 1 + 2.0 }} {{ 'a' * 3 }} {{ [1] * 2 }} {{ [1] + [2] }} {{ (1,) + (2,) }} {{ 'a' ~ 1 ~ none ~ true }} {{ 1 == 1.0 }} {{ true == 1 }} {{ 'a' < 'b' }} {{ 'Z' < 'a' }} {{ [1, 2] < [1, 3] }} {{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' in 'abc' }} {{ 'x' not in {'x': 1} }} {{ 2 in [1, 2] }} {{ not true or true }} {{ 1 and 0 }} {{ '' or 'x' }} {{ none or 0 }} {{ -2 ** 2 }} {{ 2 ** 3 ** 2 }} {{ 1 + 2 * 3 - 4 }} {{ 7 // 2.0 }} {{ '😀' > 'ﬀ' }} {{ [] == () }} {{ {'a': 1} == {'a': 1.0} }}",
    "{{ 2|string + 'a' }} {{ 1 + 2|float }} {{ -1|abs }} {{ (-1)|abs }} {{ not messages }} {{ messages[0]['role'] ~ messages[0].content }} {{ 'a' if 1 > 2 else 'b' if 1 > 0 else 'c' }} {{ ('a', 'b')[1] }} {{ {'x': [1, 2]}.x[1] }} {{ {'x': 1}['x'] }} {{ {'items': 1}.items()|list }} {{ {1: 2, true: 3, 1.0: 4}[1] }} {{ {1: 2, none: 3}[true] }} {{ 1.0 in {1: 2} }} {{ {'items': 1}['items'] }} {{ {'a': 1}.get('a') }} {{ {'a': 1}.get('b') }} {{ {'a': 1}.get('b', 2) }} {{ {'a': 1}.keys()|list }} {{ {'a': 1}.values()|list }} {{ messages.0.role }} {{ [1, 2, 3][1:] }} {{ [1, 2, 3][:-1] }} {{ [1, 2, 3][::2] }} {{ (1, 2, 3)[1:] }} {{ [4, 5].index(5) }} {{ [4, 5, 4].count(4) }}",
    # statements
    "{% for x in [1, 2, 3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.cycle('a', 'b') }}{{ loop.changed(x > 1) }} {% endfor %}",
    "{% for x in [] %}a{% else %}none{% endfor %} {% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% endfor %} {% for x in [1, 2, 3, 4] if x is even %}{{ loop.index }}:{{ x }} {% endfor %}{% for x in range(5) %}{% if x == 1 %}{% continue %}{% endif %}{% if x == 3 %}{% break %}{% endif %}{{ x }}{% endfor %} {% for a in [[1, [2]], [3]] recursive %}{% if a is sequence %}({{ loop(a) }}){% else %}{{ a }}{% endif %}{% endfor %}",
    "{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }} {% if true %}{% set x = 3 %}{% endif %}{{ x }} {% set ns = namespace(a=1, b='z') %}{% for i in [1, 2] %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}{{ ns.b }} {% set a, b = 1, 2 %}{{ a }}{{ b }} {% set t %}block {{ x }}{% endset %}{{ t }}{% set u | upper %}up{% endset %}{{ u }} {% with y = 5 %}{{ y }}{% endwith %}{{ y }}",
    "{% macro f(a, b='d', c=none) %}[{{ a }}{{ b }}{{ c }}{{ varargs }}{{ kwargs }}]{% endmacro %}{{ f(1) }}{{ f(1, c=3) }}{{ f(1, 2, 3) }}{{ f() }} {% macro g() %}<{{ caller() }}>{% endmacro %}{% call g() %}in{% endcall %} {% macro h(x) %}{% if x > 0 %}{{ x }}{{ h(x - 1) }}{% endif %}{% endmacro %}{{ h(3) }} {% filter upper %}abc{{ 1 }}{% endfilter %}",
    "{% raw %}{{ not }} {% a %}{% endraw %} {%- raw -%}  {{ x }}  {%- endraw -%} {# comment {{ x }} #}z {% generation %}g{% endgeneration %}",
    "a\n{% if true %}\n  b\n{% endif %}\nc\n  {%- if true %} d {% endif -%}  e\n{{ 1 }}\n{{- 2 }}\n\n{{ 3 -}}\n x {%+ if true %}y{% endif +%}\nz\n   {# c #}\n   {% set q = 1 %}\n   w{% set r = 1 %}\nv\n",
    "  {% if true %}x{% endif %}\n\t{% if true %}\ny{% endif %}\n", "a\r\nb\rc", "{{ 'a\r\nb' }}", "{{ 1 }}\n", "{{ 1 }}\n\n", "",
    "{{ messages[1].content|length }} {{ messages[0].content|trim|lower }} {{ messages|length - 1 }} {{ messages[-1].role }} {{ messages[::-1][0].role }} {{ messages[1:]|length }} {{ (messages|first).role }} {{ messages[0].name is defined }} {{ messages[0].tool_calls }}|{{ messages[9] is defined }} {{ 'content' in messages[0] }} {{ messages[0] is mapping }}",
    "{{ {'a': 1} | tojson | length }} {{ dict(a=1, b=2) }} {{ range(3) | list }} {{ range(2, 8, 3)|list }} {{ bos_token + eos_token }} {{ add_generation_prompt }} {{ tools }} {{ tools is none }} {{ '' is string and '' }}|",
    # what Python refuses
    "{{ 'a' + 1 }}", "{{ 1 + 'a' }}", "{{ nothing.x }}", "{{ nothing + 1 }}", "{{ nothing() }}", "{{ none.x.y }}", "{{ 1 < 'a' }}", "{{ 1 / 0 }}", "{{ 1 is divisibleby 0 }}", "{{ [].append(1) }}", "{{ {}.update({}) }}", "{{ 'a'|nofilter }}", "{{ 'a' is notest }}", "{% nosuch %}", "{% for x in 3 %}{% endfor %}", "{{ 3|length }}", "{% set a, b = [1] %}", "{{ 'a'.nomethod() }}", "{{ 'a'.index('b') }}", "{{ 'abc'.split('') }}", "{{ '%d' % 'a' }}", "{{ '%s %s' % 'a' }}", "{{ '{} {}'.format(1) }}", "{{ nothing|tojson }}", "{{ ','.join([1]) }}", "{{ [1, 'a']|sort }}", "{{ [1, 2][1:2:0] }}", "{% set x.y = 1 %}", "{% if %}{% endif %}", "{{ }}", "{{ 1", "{% if true %}", "{{ 'a }}", "{{ raise_exception('no') }}", "{% break %}", "{{ -'a' }}", "{{ 'a'[1:2:0] }}", "{{ none|length }}", "{{ [1]|sum('x') }}", "{{ messages[0].pop('role') }}", "{{ ''.__class__ }}", "{{ messages.__class__.__mro__ }}", "{{ 'a'.format.__globals__ }}",
]

LLAMA2 = """{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"""
LLAMA3 = """{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"""
LLAMA32 = """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not tools_in_user_message is defined %}
    {%- set tools_in_user_message = true %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if false %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}

{#- The system message, so that it can be put at its place. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}

{#- System message, and the tools #}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Cutting Knowledge Date: December 2023\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{%- if tools is not none and not tools_in_user_message %}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- if tools_in_user_message and not tools is none %}
    {%- if messages | length != 0 %}
        {%- set first_user_message = messages[0]['content']|trim %}
        {%- set messages = messages[1:] %}
    {%- else %}
        {{- raise_exception("Cannot put tools in the first user message when there's no first user message!") }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("This model only supports single tool-calls at once!") }}
        {%- endif %}
    {%- elif message.role == "tool" or message.role == "ipython" %}
        {{- "<|start_header_id|>ipython<|end_header_id|>\\n\\n" }}
        {%- if message.content is mapping or message.content is iterable %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""
MISTRAL1 = """{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token + ' ' }}{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"""
MISTRAL3 = """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or message.role == "tool_results" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("After the optional system message, conversation roles must alternate user/assistant/user/assistant/...") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}
            {{- "[AVAILABLE_TOOLS] [" }}
            {%- for tool in tools %}
                {%- set tool = tool.function %}
                {{- '{"type": "function", "function": {' }}
                {%- for key, val in tool.items() if key != "return" %}
                    {%- if val is string %}
                        {{- '"' + key + '": "' + val + '"' }}
                    {%- else %}
                        {{- '"' + key + '": ' + val|tojson }}
                    {%- endif %}
                    {%- if not loop.last %}{{- ", " }}{%- endif %}
                {%- endfor %}
                {{- "}}" }}
            {%- endfor %}
            {{- "[/AVAILABLE_TOOLS]" }}
        {%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token }}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported, with the exception of an initial optional system message!") }}
    {%- endif %}
{%- endfor %}
"""
SMOLLM = """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""
TINYLLAMA = """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>
'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}"""
SMOLLM1 = """{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""
GPT2 = """{% for message in messages %}{{ message.content }}{{ eos_token }}{% endfor %}"""
QWEN2 = """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""
QWEN25 = """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role }}
        {%- for tool_call in message.tool_calls %}
            {%- if tool_call.function is defined %}{%- set tool_call = tool_call.function %}{%- endif %}
            {{- tool_call.arguments | tojson }}
        {%- endfor %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' }}
        {{- message.content }}
        {{- '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
QWEN3 = """{%- if tools %}
    {{- tools | tojson }}
{%- else %}
    {%- if messages[0].role == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if message.reasoning_content is string %}
            {%- set reasoning_content = message.reasoning_content %}
        {%- else %}
            {%- if '</think>' in content %}
                {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
            {%- endif %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index %}
            {%- if loop.last or (not loop.last and reasoning_content) %}
                {{- '<|im_start|>' + message.role + '\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\\n' + content }}
            {%- endif %}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if loop.first or (loop.previtem.role != "tool") %}{{- '<|im_start|>user' }}{%- endif %}
        {{- '\\n<tool_response>\\n' + content + '\\n</tool_response>' }}
        {%- if loop.last or (loop.nextitem.role != "tool") %}{{- '<|im_end|>\\n' }}{%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}
"""
FAMILIES = {"gpt2": GPT2, "llama2": LLAMA2, "llama3": LLAMA3, "llama3.2": LLAMA32, "mistral-0.1": MISTRAL1, "mistral-0.3": MISTRAL3, "tinyllama": TINYLLAMA, "smollm": SMOLLM1, "smollm2": SMOLLM, "qwen2": QWEN2, "qwen2.5": QWEN25, "qwen3": QWEN3}


def m(role, content):
    return {"role": role, "content": content}


CONVERSATIONS = [
    [m("user", "Hi")],
    [m("system", "Be brief."), m("user", "What is 2 + 2?")],
    [m("user", "\n spaces around \u00a0\n"), m("assistant", "\n kept or trimmed  "), m("user", "{{ not }} {% a %} {# template #}")],
    [m("system", " S "), m("user", "a"), m("assistant", "<think>\nhm\n\n</think>\n\nb"), m("user", "c"), m("assistant", "<think>x</think>\n\nd")],
    [m("user", "‘q’ \"d\" \\ 😀 é"), m("assistant", "{\"json\": [1, 2.0]}"), m("tool", "r1"), m("tool", "r2")],
    [m("user", ""), m("assistant", "")],
    [m("assistant", "first"), m("user", "out of turn")],
    [m("user", "a"), m("user", "b")],
    [m("user", "<tool_response>x</tool_response>"), m("assistant", "y")],
]


def render(template, **given):
    try:
        return compile_template(template).render(tools=None, documents=None, bos_token="<s>", eos_token="</s>", **given)
    except Exception as error:
        return {"error": type(error).__name__}


def main():
    snippets = [[s, render(s, messages=MESSAGES, add_generation_prompt=True)] for s in SNIPPETS]
    cases = [[name, i, prompt, render(template, messages=conversation, add_generation_prompt=prompt)] for name, template in FAMILIES.items() for i, conversation in enumerate(CONVERSATIONS) for prompt in (False, True)]
    golden = {"messages": MESSAGES, "snippets": snippets, "families": FAMILIES, "conversations": CONVERSATIONS, "cases": cases}
    (Path(__file__).parent / "jinja.json").write_text(json.dumps(golden, ensure_ascii=True, indent=0) + "\n")
    print(len(snippets), "snippets,", sum(isinstance(s[1], dict) for s in snippets), "refused;", len(cases), "texts,", sum(isinstance(c[3], dict) for c in cases), "refused")


if __name__ == "__main__":
    main()
