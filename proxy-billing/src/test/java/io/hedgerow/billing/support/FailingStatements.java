package io.hedgerow.billing.support;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A data source whose n-th statement, or commit, fails. */
public final class FailingStatements {
    private static final Set<String> STATEMENTS = Set.of(
            "execute", "executeQuery", "executeUpdate", "executeBatch", "setSavepoint", "releaseSavepoint", "commit");

    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private final List<String> seen = new ArrayList<>();
    private volatile String sqlState = "08006";

    /** The n-th from now fails, once. */
    public void failAt(int n, String state) {
        seen.clear();
        sqlState = state;
        left.set(n);
    }

    /** Whether the failure has happened. */
    public boolean failed() {
        return left.get() < 0;
    }

    /** The same database, failing. */
    public DataSource over(DataSource source) {
        return proxy(DataSource.class, source);
    }

    private <T> T proxy(Class<T> type, Object target) {
        InvocationHandler handler = (self, method, arguments) -> call(target, method, arguments);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private Object call(Object target, Method method, Object[] arguments) throws Throwable {
        if (STATEMENTS.contains(method.getName())) {
            seen.add(method.getName());
            if (left.getAndDecrement() == 0) {
                throw new SQLException("injected at statement " + seen.size(), sqlState);
            }
        }
        try {
            Object result = method.invoke(target, arguments);
            if (result instanceof PreparedStatement statement) {
                return proxy(PreparedStatement.class, statement);
            }
            if (result instanceof Connection connection && !(target instanceof Statement)) {
                return proxy(Connection.class, connection);
            }
            return result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
