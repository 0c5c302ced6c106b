package io.hedgerow.launcher.admin;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Which path under {@code tenants} and {@code keys} answers what. */
final class OperatorEndpoints {
    private OperatorEndpoints() {}

    static CompletionStage<Reply> tenants(AdminBackend backend, Call call) {
        List<String> path = call.segments();
        if (path.size() == 3) {
            return switch (call.oneOf("GET", "POST")) {
                case "POST" -> AccountEndpoint.create(backend, bare(call));
                default -> TenantEndpoint.list(backend, call);
            };
        }
        if (path.size() == 4) {
            call.oneOf("GET");
            return TenantEndpoint.one(backend, bare(call).segments().get(3));
        }
        return path.size() == 5 ? booking(backend, path, call) : none(call);
    }

    private static CompletionStage<Reply> booking(AdminBackend backend, List<String> path, Call call) {
        String tenant = path.get(3);
        return switch (path.get(4)) {
            case "credits" -> AccountEndpoint.credit(backend, tenant, posted(call));
            case "refunds" -> AccountEndpoint.refund(backend, tenant, posted(call));
            case "adjustments" -> AccountEndpoint.adjust(backend, tenant, posted(call));
            default -> none(call);
        };
    }

    private static CompletionStage<Reply> none(Call call) {
        throw call.noSuchPath();
    }

    private static Call posted(Call call) {
        call.oneOf("POST");
        return bare(call);
    }

    static CompletionStage<Reply> keys(AdminBackend backend, Call call) {
        List<String> path = call.segments();
        if (path.size() == 3) {
            return switch (call.oneOf("GET", "POST")) {
                case "POST" -> KeyEndpoint.create(backend, bare(call));
                default -> KeyEndpoint.list(backend, call);
            };
        }
        if (path.size() == 4) {
            call.oneOf("DELETE");
            return KeyEndpoint.delete(backend, path.get(3), call);
        }
        throw call.noSuchPath();
    }

    private static Call bare(Call call) {
        call.allowParameters(List.of());
        return call;
    }
}
